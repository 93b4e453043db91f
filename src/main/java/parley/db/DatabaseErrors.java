package parley.db;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Tells what a failure of the database means, by its SQLSTATE.
/// https://www.postgresql.org/docs/current/errcodes-appendix.html
final class DatabaseErrors {
  /// `disk_full`.
  private static final String DISK_FULL = "53100";

  /// `out_of_memory`, `too_many_connections`, `admin_shutdown`, `crash_shutdown`,
  /// `cannot_connect_now`, `database_dropped`, `idle_session_timeout`, `io_error`,
  /// `read_only_sql_transaction` (a standby that is to take over).
  private static final Set<String> PASSING =
      Set.of("53200", "53300", "57P01", "57P02", "57P03", "57P04", "57P05", "58030", "25006");

  /// `character_not_in_repertoire`: texts hold what callers sent, and PostgreSQL keeps no NUL.
  private static final String NO_SUCH_CHARACTER = "22021";

  /// The class of failures of connections.
  private static final String CONNECTION = "08";

  private DatabaseErrors() {}

  /// What is to be thrown for a failure: [DatabaseFull], [DatabaseUnavailable], BAD_REQUEST for a
  /// text that cannot be kept, or the failure itself.
  static RuntimeException translate(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DatabaseUnavailable || cause instanceof DatabaseFull) {
        return failure;
      }
      if (cause instanceof SQLException fault) {
        String state = String.valueOf(fault.getSQLState());
        if (state.equals(NO_SUCH_CHARACTER)) {
          return new Problem(
              ProblemCode.BAD_REQUEST,
              "A text holds a character that cannot be kept, such as NUL.");
        }
        if (state.equals(DISK_FULL)) {
          return new DatabaseFull(failure);
        }
        if (fault instanceof SQLTransientConnectionException
            || state.startsWith(CONNECTION)
            || PASSING.contains(state)) {
          return new DatabaseUnavailable(failure);
        }
      }
    }
    return failure;
  }
}
