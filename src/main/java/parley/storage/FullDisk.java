package parley.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Tells a disk that takes no more from other failures.
public final class FullDisk {
  /// What the C library says of ENOSPC, EDQUOT and EFBIG: a full disk, a used up quota, and a file
  /// that is larger than the file system or the process may have one.
  private static final List<String> SAID =
      List.of("No space left on device", "quota exceeded", "File too large");

  private FullDisk() {}

  /// Throws the problem STORAGE_FULL when that is what the failure means; else the failure itself.
  ///
  /// @param file that was written to
  /// @param needed how many bytes were to be written; says it where messages are translated
  static IOException problemOrFailure(IOException failure, Path file, long needed) {
    String message = String.valueOf(failure.getMessage());
    if (SAID.stream().anyMatch(message::contains) || isShort(file, needed)) {
      Problem full = new Problem(ProblemCode.STORAGE_FULL, "The server's disk is full.");
      full.addSuppressed(failure);
      throw full;
    }
    return failure;
  }

  /// Whether this failure, without its causes, says that a disk takes no more.
  public static boolean isCause(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof IOException && SAID.stream().anyMatch(message::contains);
  }

  private static boolean isShort(Path file, long needed) {
    try {
      return Files.getFileStore(file).getUsableSpace() < needed;
    } catch (IOException unknown) {
      return false;
    }
  }
}
