package parley.db.embedded;

/// What a power cut may take.
public enum Durability {
  /// Nothing that was committed.
  FULL,
  /// Everything: for tests, which are faster so.
  NONE
}
