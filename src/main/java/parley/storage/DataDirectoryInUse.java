package parley.storage;

import java.nio.file.Path;

/// A data folder cannot be had because a process holds it. The message is one line for the
/// operator.
public final class DataDirectoryInUse extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DataDirectoryInUse(Path folder, String process) {
    // No stack trace: this is an answer to the operator, not a fault of the program.
    super(
        "The data folder "
            + folder
            + " is already in use by "
            + (process.isEmpty() ? "another process" : "process " + process)
            + ".",
        null,
        false,
        false);
  }
}
