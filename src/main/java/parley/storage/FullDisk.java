package parley.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Recognizes failures that mean a full disk.
public final class FullDisk {
  /// The C library's messages for ENOSPC, EDQUOT and EFBIG: a full disk, an exhausted quota, and a
  /// file that is too large for the file system or the process.
  private static final List<String> MESSAGES =
      List.of("No space left on device", "quota exceeded", "File too large");

  private FullDisk() {}

  /// Returns the failure, unless it means a full disk.
  ///
  /// @param file the file that was written to
  /// @param needed how many bytes were to be written, to recognize a full disk when messages are
  ///   translated
  /// @throws Problem STORAGE_FULL when the disk is full
  static IOException problemOrFailure(IOException failure, Path file, long needed) {
    String message = String.valueOf(failure.getMessage());
    if (MESSAGES.stream().anyMatch(message::contains) || isShort(file, needed)) {
      Problem full = new Problem(ProblemCode.STORAGE_FULL, "The server's disk is full.");
      full.addSuppressed(failure);
      throw full;
    }
    return failure;
  }

  /// Whether this failure, ignoring its causes, means a full disk.
  public static boolean isCause(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof IOException && MESSAGES.stream().anyMatch(message::contains);
  }

  private static boolean isShort(Path file, long needed) {
    try {
      return Files.getFileStore(file).getUsableSpace() < needed;
    } catch (IOException unknown) {
      return false;
    }
  }
}
