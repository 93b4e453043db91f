package parley.testing;

/// Where test servers keep files.
public enum TestStore {
  LOCAL,
  S3;

  private static volatile TestStore current = LOCAL;

  /// Where servers that are started now keep theirs; LOCAL except in a class [OnBothStores].
  static TestStore current() {
    return current;
  }

  static void use(TestStore store) {
    current = store;
  }
}
