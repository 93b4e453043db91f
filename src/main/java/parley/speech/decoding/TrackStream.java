package parley.speech.decoding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Decodes a stream whose tracks of sound are known only once it has begun: what came until then is
/// kept, and decoded anew with all tracks where there are several, so that nothing that is heard is
/// lost. For one thread at a time, except [#close].
final class TrackStream implements SoundDecoder {
  /// Of the beginning. A decoder is told to look at 64 KiB; a movie's index may be longer. Small,
  /// since each stream may hold so much.
  private static final int MAX_HEAD_BYTES = 512 * 1024;

  /// Makes decoders of the same stream.
  interface Starter {
    /// Makes a decoder from the beginning of the stream.
    ///
    /// @param tracks that are mixed
    /// @param replayable whether it may still fail with [SeveralTracks]
    ChildDecoder begin(int tracks, boolean replayable) throws IOException;
  }

  /// Says that the stream has more tracks than the decoder was told; nothing was decoded yet.
  static final class SeveralTracks extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int tracks;

    SeveralTracks(int tracks) {
      super("the stream has " + tracks + " tracks", null, false, false);
      this.tracks = tracks;
    }
  }

  private final Starter starter;
  private volatile ChildDecoder current;
  private volatile boolean closed;
  private ByteArrayOutputStream head = new ByteArrayOutputStream();

  TrackStream(Starter starter) throws IOException {
    this.starter = starter;
    this.current = starter.begin(1, true);
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    if (current.isReplayable()) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      head.write(copy);
      if (head.size() > MAX_HEAD_BYTES) {
        current.goOnAsItIs();
      }
    } else {
      head = new ByteArrayOutputStream();
    }
    try {
      current.write(bytes);
    } catch (SeveralTracks several) {
      restart(several.tracks);
    }
  }

  @Override
  public void settle() throws IOException, InterruptedException {
    try {
      current.settle();
    } catch (SeveralTracks several) {
      restart(several.tracks);
      current.settle();
    }
  }

  @Override
  public void end() throws IOException {
    try {
      current.end();
    } catch (SeveralTracks several) {
      restart(several.tracks);
      current.end();
    }
  }

  private void restart(int tracks) throws IOException {
    current.close();
    current = starter.begin(tracks, false);
    if (closed) {
      current.close();
    }
    current.write(ByteBuffer.wrap(head.toByteArray()));
    head = new ByteArrayOutputStream();
  }

  @Override
  public void close() {
    closed = true;
    current.close();
  }
}
