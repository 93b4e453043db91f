package parley.db;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Translates failures of the database by their SQLSTATE.
/// https://www.postgresql.org/docs/current/errcodes-appendix.html
final class DatabaseErrors {
  /// `disk_full`.
  private static final String DISK_FULL = "53100";

  /// `out_of_memory`, `too_many_connections`, `admin_shutdown`, `crash_shutdown`,
  /// `cannot_connect_now`, `database_dropped`, `idle_session_timeout`, `io_error`,
  /// `read_only_sql_transaction` (a standby before its promotion).
  private static final Set<String> TRANSIENT =
      Set.of("53200", "53300", "57P01", "57P02", "57P03", "57P04", "57P05", "58030", "25006");

  /// `character_not_in_repertoire`: a caller sent a NUL, which PostgreSQL cannot store.
  private static final String INVALID_CHARACTER = "22021";

  /// Class 08, connection exceptions.
  private static final String CONNECTION_CLASS = "08";

  private DatabaseErrors() {}

  /// Returns the exception to throw for a failure: [DatabaseFull], [DatabaseUnavailable],
  /// BAD_REQUEST for text that cannot be stored, or the failure itself.
  static RuntimeException translate(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DatabaseUnavailable || cause instanceof DatabaseFull) {
        return failure;
      }
      if (cause instanceof SQLException fault) {
        String state = String.valueOf(fault.getSQLState());
        if (state.equals(INVALID_CHARACTER)) {
          return new Problem(
              ProblemCode.BAD_REQUEST,
              "The text contains a character that cannot be stored, such as NUL.");
        }
        if (state.equals(DISK_FULL)) {
          return new DatabaseFull(failure);
        }
        if (fault instanceof SQLTransientConnectionException
            || state.startsWith(CONNECTION_CLASS)
            || TRANSIENT.contains(state)) {
          return new DatabaseUnavailable(failure);
        }
      }
    }
    return failure;
  }
}
