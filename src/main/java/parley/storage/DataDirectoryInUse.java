package parley.storage;

import java.nio.file.Path;

/// A process already holds the data folder. The message is one line for the operator.
public final class DataDirectoryInUse extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DataDirectoryInUse(Path folder, String process) {
    // No stack trace: this is a message for the operator, not a bug.
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
