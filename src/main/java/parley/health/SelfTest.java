package parley.health;

import java.io.IOException;

/// Has a part do its real work on a small input of our own.
@FunctionalInterface
public interface SelfTest {
  /// Returns when the part did its work as it should.
  ///
  /// @throws IOException when it did not, with the reason for the operator
  void run() throws IOException;
}
