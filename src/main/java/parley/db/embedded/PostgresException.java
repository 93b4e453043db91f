package parley.db.embedded;

/// The embedded PostgreSQL cannot be created, started or stopped. The message is for the operator.
public final class PostgresException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PostgresException(String message) {
    super(message);
  }

  PostgresException(String message, Throwable cause) {
    super(message, cause);
  }
}
