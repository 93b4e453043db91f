package parley.web;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/// A request body that switches to large buffers if its beginning arrives fast.
final class AdaptiveInputStream extends InputStream {
  private static final int FIRST_BYTES = 1024 * 1024;
  private static final Duration FAST = Duration.ofSeconds(1);

  private final InputStream bytes;
  private final HttpProtocol.Transport transport;
  private final long began = System.nanoTime();
  private final TimeSlice slice = new TimeSlice();
  private long first;

  AdaptiveInputStream(InputStream bytes, HttpProtocol.Transport transport) {
    this.bytes = bytes;
    this.transport = transport;
  }

  @Override
  public int read() throws IOException {
    return bytes.read();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    slice.pause();
    int count = bytes.read(target, offset, length);
    if (count > 0) {
      slice.resume();
    }
    if (first < FIRST_BYTES && count > 0) {
      first += count;
      if (first >= FIRST_BYTES && System.nanoTime() - began < FAST.toNanos()) {
        transport.enlargeBuffers();
      }
    }
    return count;
  }
}
