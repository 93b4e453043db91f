package parley.health;

import java.io.IOException;

/// Makes a component do its real work on a small built-in input.
@FunctionalInterface
public interface SelfTest {
  /// Runs the test.
  ///
  /// @throws IOException with a message for the operator when the component does not work
  void run() throws IOException;
}
