package parley.media.bytes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.commons.io.function.Uncheck;
import org.jspecify.annotations.Nullable;

/// Random access to a file through a window of 8 KiB and optionally its head in memory. The window
/// moves a limited number of times, after which everything outside of it reads as zeroes. This
/// bounds the cost of any file, however it is crafted.
///
/// Methods throw UncheckedIOException when the file cannot be read. Not thread-safe.
public final class FileWindow implements Bytes {
  private static final int WINDOW_BYTES = 8 * 1024;

  private final Head head;
  private final FileBytes file;
  private final long length;
  private final int maxMoves;
  private byte[] window = new byte[0];
  private long windowStart;
  private int moves;

  private FileWindow(Head head, FileBytes file, long length, int maxMoves) {
    this.head = head;
    this.file = file;
    this.length = length;
    this.maxMoves = maxMoves;
  }

  /// A file whose head has been read, and whose length is found by reading on.
  ///
  /// @param more whether the file may continue after the head
  public static FileWindow behind(Head head, FileBytes file, boolean more, int maxMoves) {
    return new FileWindow(head, file, more ? Long.MAX_VALUE / 2 : head.length(), maxMoves);
  }

  /// Opens a file, applies the reader and closes the file.
  public static <T extends @Nullable Object> T read(
      Path file, int maxMoves, Function<Bytes, T> reader) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      return read(channel, maxMoves, reader);
    }
  }

  /// Applies the reader to an open file, which stays open.
  public static <T extends @Nullable Object> T read(
      SeekableByteChannel file, int maxMoves, Function<Bytes, T> reader) throws IOException {
    try {
      return reader.apply(
          new FileWindow(new Head(new byte[0]), FileBytes.of(file), file.size(), maxMoves));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean isEnd(long at) {
    return at >= length || (at >= head.length() && !isInWindow(at) && !moveTo(at));
  }

  @Override
  public int unsigned8(long at) {
    if (at < head.length()) {
      return head.unsigned8(at);
    }
    return isInWindow(at) || moveTo(at) ? window[(int) (at - windowStart)] & 0xff : 0;
  }

  private boolean isInWindow(long at) {
    return at >= windowStart && at < windowStart + window.length;
  }

  private boolean moveTo(long at) {
    if (at < 0 || at >= length || ++moves > maxMoves) {
      return false;
    }
    window = Uncheck.get(() -> file.read(at, WINDOW_BYTES));
    windowStart = at;
    return window.length > 0;
  }
}
