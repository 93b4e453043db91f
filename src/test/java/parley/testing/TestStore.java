package parley.testing;

/// Where test servers store files.
public enum TestStore {
  LOCAL,
  S3;

  private static volatile TestStore current = LOCAL;

  /// Where servers that start now store their files; LOCAL except in a class with [OnBothStores].
  static TestStore current() {
    return current;
  }

  static void use(TestStore store) {
    current = store;
  }
}
