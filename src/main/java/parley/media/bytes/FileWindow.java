package parley.media.bytes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.commons.io.function.Uncheck;
import org.jspecify.annotations.Nullable;

/// A file of which only one small window is held, and perhaps its beginning. The window moves a
/// limited number of times and shows zeroes from then on, so that no file, however it is made,
/// costs more than so many pieces of 8 KiB.
///
/// Its methods throw UncheckedIOException where the file cannot be read. Not for several threads.
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

  /// A file of which the beginning has been read; where it ends is found out by reading on.
  ///
  /// @param more whether it may go on behind that
  public static FileWindow behind(Head head, FileBytes file, boolean more, int maxMoves) {
    return new FileWindow(head, file, more ? Long.MAX_VALUE / 2 : head.length(), maxMoves);
  }

  /// What a reader finds in a file, which is open meanwhile.
  public static <T extends @Nullable Object> T read(
      Path file, int maxMoves, Function<Bytes, T> reader) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      return read(channel, maxMoves, reader);
    }
  }

  /// The same in an open file, which stays open.
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
