package parley.db;

/// The database's disk takes no more. Nothing of what was to be done was.
public final class DatabaseFull extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatabaseFull(Throwable cause) {
    super("the database's disk is full", cause, false, false);
  }
}
