package parley.speech.decoding;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Decodes streamed MP4, including several MP4s in succession as browser recorders write them when
/// stopped and restarted. ffmpeg ignores a second header, and with it the timestamps of what
/// follows, so each MP4 gets a decoder of its own.
final class Mp4Decoder implements SoundDecoder {
  /// Creates a decoder for one MP4.
  interface Decoders {
    SoundDecoder begin() throws IOException;
  }

  private static final int HEAD = 16;

  private final Decoders decoders;
  private volatile SoundDecoder current;
  private volatile boolean closed;

  /// The header of the next box, as far as it has arrived, and the remaining bytes of the current
  /// one.
  private final ByteBuffer head = ByteBuffer.allocate(HEAD);

  private long left;
  private boolean begun;

  Mp4Decoder(Decoders decoders) throws IOException {
    this.decoders = decoders;
    this.current = decoders.begin();
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (left > 0) {
        int count = (int) Math.min(left, bytes.remaining());
        current.write(bytes.slice(bytes.position(), count));
        bytes.position(bytes.position() + count);
        left -= count;
      } else {
        readHead(bytes);
      }
    }
  }

  private void readHead(ByteBuffer bytes) throws IOException {
    head.put(bytes.get());
    int needed = head.position() >= 4 && head.getInt(0) == 1 ? HEAD : 8;
    if (head.position() < needed) {
      return;
    }
    head.flip();
    if (ConcatenatedRecordings.name(head, 4).equals("ftyp") && begun) {
      current.end();
      current.close();
      current = decoders.begin();
      if (closed) {
        current.close();
      }
    }
    begun = true;
    long length = ConcatenatedRecordings.boxLength(head);
    // A box without a length, or with an invalid one, extends to the end.
    left = length < head.limit() ? Long.MAX_VALUE : length - head.limit();
    current.write(head.duplicate());
    head.clear();
  }

  @Override
  public void settle() throws IOException, InterruptedException {
    current.settle();
  }

  @Override
  public void end() throws IOException {
    if (head.position() > 0) {
      current.write(head.duplicate().flip());
    }
    current.end();
  }

  @Override
  public void close() {
    closed = true;
    current.close();
  }
}
