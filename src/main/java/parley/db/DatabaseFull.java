package parley.db;

/// The database's disk is full. The transaction was rolled back.
public final class DatabaseFull extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatabaseFull(Throwable cause) {
    super("the database's disk is full", cause, false, false);
  }
}
