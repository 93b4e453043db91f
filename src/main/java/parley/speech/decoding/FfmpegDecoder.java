package parley.speech.decoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.ffmpeg.FfmpegProcess;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Decodes a compressed stream with an ffmpeg child process, under the limits of [AudioDecoder]: no
/// network, no other files, bounded time and memory. Closing the decoder ends the child.
public final class FfmpegDecoder implements SoundDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(FfmpegDecoder.class);
  private static final int BLOCK_BYTES = 16 * 1024;

  /// A child without output for this long has decoded all its input: decoding takes about a
  /// hundredth of the audio's duration.
  private static final Duration MAX_SILENCE = Duration.ofMillis(300);

  /// Maximum time from starting the child to its first samples.
  private static final Duration START_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration POLLING_INTERVAL = Duration.ofMillis(20);

  private final FfmpegProcess child;
  private final OutputStream input;
  private final SampleSink sink;
  private final Thread listener;
  private volatile boolean closed;
  private volatile boolean written;
  private final AtomicLong samples = new AtomicLong();

  /// When samples last arrived, and whether the sink is processing them.
  private volatile long lastSound;

  private volatile boolean sinking;

  /// Whether a caller is waiting for the child to accept input or to end.
  private volatile boolean awaited;

  private volatile @Nullable RuntimeException fault;

  /// Whether the stream can still be restarted with more tracks.
  private volatile boolean replayable;

  private FfmpegDecoder(FfmpegProcess child, boolean replayable, SampleSink sink) {
    this.child = child;
    this.replayable = replayable;
    this.input = child.input();
    this.sink = sink;
    // A platform thread, since reading a pipe would pin a virtual thread's carrier.
    this.listener = Thread.ofPlatform().name("stream-decoder").daemon().unstarted(this::listen);
  }

  /// Starts reading from the child; the caller closes the decoder, which ends it.
  ///
  /// @param replayable whether to fail with [MultiTrackDecoder.MultipleTracks] if the stream has
  ///   several
  static FfmpegDecoder start(FfmpegProcess child, boolean replayable, SampleSink sink) {
    FfmpegDecoder decoder = new FfmpegDecoder(child, replayable, sink);
    decoder.listener.start();
    return decoder;
  }

  boolean isReplayable() {
    return replayable;
  }

  /// Stops looking for further tracks.
  void stopLookingForTracks() {
    replayable = false;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    byte[] content = new byte[bytes.remaining()];
    bytes.get(content);
    written = true;
    await();
    try {
      input.write(content);
      input.flush();
    } catch (IOException gone) {
      if (!closed) {
        join();
        rethrow();
        requireWorking();
        throw broken();
      }
    } finally {
      awaitNoMore();
    }
    rethrow();
  }

  @Override
  public void settle() throws InterruptedException {
    long began = System.nanoTime();
    long lastBusy = began;
    while (written && !closed && listener.isAlive()) {
      long now = System.nanoTime();
      boolean starting = samples.get() == 0 && now - began < START_TIMEOUT.toNanos();
      if (sinking || starting) {
        lastBusy = now;
      } else if (samples.get() > 0 && lastSound - lastBusy > 0) {
        lastBusy = lastSound;
      }
      if (now - lastBusy >= MAX_SILENCE.toNanos()) {
        return;
      }
      Thread.sleep(POLLING_INTERVAL);
    }
    rethrow();
  }

  @Override
  public void end() throws IOException {
    if (!finish()) {
      throw broken();
    }
  }

  /// Like [#end], but returns false if there was input but no audio in it. Idempotent.
  boolean finish() throws IOException {
    try {
      input.close();
    } catch (IOException gone) {
      LOG.debug("the decoder exited before the end of its input: {}", gone.toString());
    }
    join();
    rethrow();
    if (!written || closed) {
      return true;
    }
    requireWorking();
    return samples.get() > 0;
  }

  /// Throws if the child failed for a reason of its own rather than because of its input.
  private void requireWorking() throws IOException {
    // Audio before a fault in the stream is kept, whatever the exit code.
    boolean _ = child.succeeds();
  }

  /// From here on the child is being waited for, except while the sink processes its output.
  private void await() {
    awaited = true;
    if (!sinking) {
      child.waitingBegins();
    }
  }

  private void awaitNoMore() {
    awaited = false;
    child.waitingEnds();
  }

  @Override
  public void close() {
    closed = true;
    child.close();
  }

  private Problem broken() {
    return new Problem(
        ProblemCode.UNSUPPORTED_MEDIA,
        samples.get() == 0
            ? "The stream contains no audio of the announced media type."
            : "The stream is damaged in the middle.");
  }

  private void rethrow() {
    RuntimeException failed = fault;
    if (failed != null && !closed) {
      throw failed;
    }
  }

  private void join() throws IOException {
    await();
    try {
      listener.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the decoder", e);
    } finally {
      awaitNoMore();
    }
  }

  private void listen() {
    byte[] block = new byte[BLOCK_BYTES];
    WavDecoder wav = WavDecoder.ofFfmpeg(this::pass);
    try (InputStream content = child.output()) {
      while (true) {
        int count = content.read(block);
        if (count < 0) {
          return;
        }
        if (samples.get() == 0 && !child.log().hasOpened()) {
          // ffmpeg does not do this: the fault is diagnosed once the child has ended.
          child.kill();
          return;
        }
        if (samples.get() == 0) {
          AudioDecoder.requireSpeechRate(child.log());
        }
        if (replayable) {
          int tracks = AudioDecoder.tracks(child.log());
          if (tracks > 1) {
            throw new MultiTrackDecoder.MultipleTracks(tracks);
          }
          replayable = false;
        }
        wav.write(ByteBuffer.wrap(block, 0, count));
      }
    } catch (IOException gone) {
      LOG.debug("the decoder's pipe broke: {}", gone.toString());
    } catch (RuntimeException failed) {
      fault = failed;
      child.kill();
    }
  }

  private void pass(float[] decoded, int count) {
    samples.addAndGet(count);
    sinking = true;
    child.waitingEnds();
    sink.take(decoded, count);
    lastSound = System.nanoTime();
    sinking = false;
    if (awaited) {
      child.waitingBegins();
    }
  }
}
