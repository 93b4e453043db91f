package parley.db.embedded;

/// What survives a power cut.
public enum Durability {
  /// Every committed transaction.
  FULL,
  /// Nothing is guaranteed. Faster, for tests.
  NONE
}
