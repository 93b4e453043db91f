package parley.db;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/// Tells what a failure of the database means, by its SQLSTATE.
/// https://www.postgresql.org/docs/current/errcodes-appendix.html
final class DatabaseFaults {
  /// `disk_full`.
  private static final String DISK_FULL = "53100";

  /// `out_of_memory`, `too_many_connections`, `admin_shutdown`, `crash_shutdown`, `cannot_connect_now`,
  /// `database_dropped`, `idle_session_timeout`, `io_error`, `read_only_sql_transaction` (a standby
  /// that is to take over).
  private static final Set<String> PASSING =
      Set.of("53200", "53300", "57P01", "57P02", "57P03", "57P04", "57P05", "58030", "25006");

  /// The class of failures of connections.
  private static final String CONNECTION = "08";

  private DatabaseFaults() {}

  /// What is to be thrown for a failure: [DatabaseFull], [DatabaseUnavailable], or the failure itself.
  static RuntimeException told(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DatabaseUnavailable || cause instanceof DatabaseFull) {
        return failure;
      }
      if (cause instanceof SQLException fault) {
        String state = String.valueOf(fault.getSQLState());
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
