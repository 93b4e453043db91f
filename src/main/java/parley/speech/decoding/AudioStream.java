package parley.speech.decoding;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import parley.ffmpeg.DecoderUnavailable;
import parley.ffmpeg.FfmpegProcess;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// The decoded audio of one file: mono samples in −1..1 at [AudioDecoder#SAMPLE_RATE]. The child
/// process blocks while nobody reads, so memory use does not depend on the duration. Not
/// thread-safe.
public final class AudioStream implements AutoCloseable {
  private static final int BLOCK_BYTES = 32 * 1024;

  private final Following following;
  private final boolean onlyOne;
  private FfmpegProcess child;
  private InputStream content;
  private final long maxSamples;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
  private WavDecoder wav = WavDecoder.ofFfmpeg(this::take);

  /// Decoded samples that were not read yet.
  private float[] ready = new float[0];

  private int taken;
  private int decoded;
  private long samplesRead;
  private boolean ended;

  /// Opens the next recording in the same file; null at its end.
  interface Following {
    @Nullable FfmpegProcess next() throws IOException;
  }

  /// @param onlyOne whether the first recording is all of the file
  AudioStream(FfmpegProcess child, Duration maxAudio, boolean onlyOne, Following following) {
    this.following = following;
    this.onlyOne = onlyOne;
    this.child = child;
    this.content = child.output();
    this.maxSamples = maxAudio.toSeconds() * AudioDecoder.SAMPLE_RATE;
  }

  /// Fills `samples`, except at the end of the audio.
  ///
  /// @return the number of samples written, 0 at the end
  /// @throws Problem `UNSUPPORTED_MEDIA` if nothing could be decoded (not a media file, broken from
  ///   the start, no audio track); `AUDIO_TOO_LONG` beyond the limit
  /// @throws DecoderUnavailable if the decoder failed and the file is not known to be at fault
  /// @throws IOException if the child process cannot be read
  public int read(float[] samples) throws IOException {
    int written = 0;
    while (written < samples.length) {
      if (taken == decoded && !refill()) {
        break;
      }
      int count = Math.min(samples.length - written, decoded - taken);
      System.arraycopy(ready, taken, samples, written, count);
      taken += count;
      written += count;
      samplesRead += count;
    }
    if (samplesRead > maxSamples) {
      throw new Problem(
          ProblemCode.AUDIO_TOO_LONG,
          "The recording is longer than "
              + Duration.ofSeconds(maxSamples / AudioDecoder.SAMPLE_RATE).toMinutes()
              + " minutes");
    }
    return written;
  }

  /// Returns the duration of the samples read so far.
  public Duration position() {
    return Duration.ofNanos(samplesRead * (1_000_000_000L / AudioDecoder.SAMPLE_RATE));
  }

  /// Returns the duration that the container announces, which may be wrong; null before the first
  /// read, for containers that announce none and for several recordings in one file.
  public @Nullable Duration announcedDuration() {
    return onlyOne ? child.log().announcedDuration() : null;
  }

  /// The number of channels that were mixed, known once the first samples have been read.
  public int channels() {
    return wav.channels();
  }

  /// Ends the child process if it is still running, and waits for it.
  @Override
  public void close() {
    child.close();
    try {
      content.close();
    } catch (IOException e) {
      // The pipe of a process that has ended: nothing is lost.
    }
  }

  private boolean refill() throws IOException {
    if (ended) {
      return false;
    }
    taken = 0;
    decoded = 0;
    while (decoded == 0 && !ended) {
      int count = next();
      if (count < 0) {
        finish();
      } else {
        wav.write(ByteBuffer.wrap(block.array(), 0, count));
      }
    }
    return decoded > 0;
  }

  private void take(float[] samples, int count) {
    if (decoded + count > ready.length) {
      ready = Arrays.copyOf(ready, decoded + count);
    }
    System.arraycopy(samples, 0, ready, decoded, count);
    decoded += count;
  }

  private int next() throws IOException {
    child.waitingBegins();
    try {
      int count = content.read(block.array(), 0, BLOCK_BYTES);
      if (count > 0 && samplesRead == 0 && !child.log().hasOpened()) {
        child.kill();
        throw new DecoderUnavailable("ffmpeg produced output without opening a file");
      }
      return count;
    } finally {
      child.waitingEnds();
    }
  }

  private void finish() throws IOException {
    // Audio before a fault in the file is kept, whatever the exit code.
    boolean _ = child.succeeds();
    if (wav.hasBegun()) {
      wav.end();
    }
    FfmpegProcess next = following.next();
    if (next != null) {
      close();
      child = next;
      content = next.output();
      wav = WavDecoder.ofFfmpeg(this::take);
      return;
    }
    ended = true;
    if (samplesRead + decoded == 0) {
      throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, child.log().reasonForNoSound());
    }
  }
}
