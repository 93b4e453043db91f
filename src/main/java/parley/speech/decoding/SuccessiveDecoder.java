package parley.speech.decoding;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decodes streamed recordings in succession, as recorders send them when stopped and restarted.
/// Each gets a decoder of its own where ffmpeg would ignore a second header. Not thread-safe,
/// except for [#close].
final class SuccessiveDecoder implements SoundDecoder {
  /// Creates a decoder for one recording.
  interface Decoders {
    MultiTrackDecoder begin() throws IOException;
  }

  private final Decoders decoders;
  private volatile MultiTrackDecoder current;
  private volatile boolean closed;

  /// Bytes that have to be looked at together with those that follow.
  private ByteBuffer held = ByteBuffer.allocate(0);

  /// Null if one decoder reads everything, or until the format is known.
  private @Nullable RecordingSplitter splitter;

  private boolean known;
  private boolean begun;

  /// Whether a recording before the current one had audio. A recorder that is stopped at once
  /// leaves one without.
  private boolean heard;

  /// Remaining bytes of the current step.
  private long left;

  SuccessiveDecoder(Decoders decoders) throws IOException {
    this.decoders = decoders;
    this.current = decoders.begin();
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    ByteBuffer all = bytes;
    if (held.hasRemaining()) {
      all = ByteBuffer.allocate(held.remaining() + bytes.remaining()).put(held).put(bytes).flip();
    }
    if (!known && all.remaining() >= RecordingSplitter.HEAD_BYTES) {
      recognise(all);
    }
    if (known) {
      split(all);
    }
    held = ByteBuffer.allocate(all.remaining()).put(all).flip();
  }

  private void recognise(ByteBuffer head) {
    Optional<RecordingSplitter> found = RecordingSplitter.of(head);
    splitter = found.orElse(null);
    known = true;
  }

  private void split(ByteBuffer all) throws IOException {
    while (all.hasRemaining()) {
      if (left == 0) {
        RecordingSplitter.Step step =
            splitter == null
                ? new RecordingSplitter.Step(Long.MAX_VALUE, true)
                : splitter.next(all);
        if (step == null) {
          return;
        }
        if (step.begins() && begun) {
          beginNext();
        }
        begun = true;
        left = step.length();
      }
      int count = (int) Math.min(left, all.remaining());
      current.write(all.slice(all.position(), count));
      all.position(all.position() + count);
      left -= count;
    }
  }

  private void beginNext() throws IOException {
    heard |= current.finish();
    current.close();
    current = decoders.begin();
    if (closed) {
      current.close();
    }
  }

  @Override
  public void settle() throws IOException, InterruptedException {
    current.settle();
  }

  @Override
  public void end() throws IOException {
    if (!known) {
      recognise(held);
      split(held);
    }
    if (held.hasRemaining()) {
      current.write(held);
    }
    if (!heard) {
      current.end();
    } else {
      boolean _ = current.finish();
    }
  }

  @Override
  public void close() {
    closed = true;
    current.close();
  }
}
