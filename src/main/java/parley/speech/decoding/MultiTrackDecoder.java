package parley.speech.decoding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Decodes a stream whose number of audio tracks is known only after it has started. The beginning
/// is buffered; if there are several tracks, decoding restarts with all of them mixed, so that
/// nothing is lost. Not thread-safe, except for [#close].
final class MultiTrackDecoder implements SoundDecoder {
  /// Maximum size of the buffered beginning. Decoders probe 64 KiB; an MP4's index may be longer.
  /// Kept small because every stream may hold this much.
  private static final int MAX_HEAD_BYTES = 512 * 1024;

  /// Creates decoders of the same stream.
  interface Starter {
    /// Creates a decoder for the stream from its beginning.
    ///
    /// @param tracks number of tracks to mix
    /// @param replayable whether it may still fail with [MultipleTracks]
    FfmpegDecoder begin(int tracks, boolean replayable) throws IOException;
  }

  /// Thrown if the stream has more tracks than the decoder was told; nothing has been decoded yet.
  static final class MultipleTracks extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int tracks;

    MultipleTracks(int tracks) {
      super("the stream has " + tracks + " tracks", null, false, false);
      this.tracks = tracks;
    }
  }

  private final Starter starter;
  private volatile FfmpegDecoder current;
  private volatile boolean closed;
  private ByteArrayOutputStream head = new ByteArrayOutputStream();

  MultiTrackDecoder(Starter starter) throws IOException {
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
        current.stopLookingForTracks();
      }
    } else {
      head = new ByteArrayOutputStream();
    }
    try {
      current.write(bytes);
    } catch (MultipleTracks several) {
      restart(several.tracks);
    }
  }

  @Override
  public void settle() throws IOException, InterruptedException {
    try {
      current.settle();
    } catch (MultipleTracks several) {
      restart(several.tracks);
      current.settle();
    }
  }

  @Override
  public void end() throws IOException {
    boolean _ = finish();
    current.end();
  }

  /// Like [#end], but returns false if there was input but no audio in it. Idempotent.
  boolean finish() throws IOException {
    try {
      return current.finish();
    } catch (MultipleTracks several) {
      restart(several.tracks);
      return current.finish();
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
