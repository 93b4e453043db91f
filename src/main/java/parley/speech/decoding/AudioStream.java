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

/// The sound of one file as it is decoded: mono samples in −1..1 at [AudioDecoder#SAMPLE_RATE]. The
/// child waits while nobody reads, so that memory stays bounded whatever the length. For one thread
/// at a time.
public final class AudioStream implements AutoCloseable {
  private static final int BLOCK_BYTES = 32 * 1024;

  private final Following following;
  private FfmpegProcess child;
  private InputStream content;
  private final long maxSamples;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
  private WavDecoder wav = WavDecoder.ofFfmpeg(this::take);

  /// Samples that were decoded and not read.
  private float[] ready = new float[0];

  private int taken;
  private int decoded;
  private long samplesRead;
  private boolean ended;

  /// Opens what follows in the same file; null at its end.
  interface Following {
    @Nullable FfmpegProcess next() throws IOException;
  }

  AudioStream(FfmpegProcess child, Duration maxAudio, Following following) {
    this.following = following;
    this.child = child;
    this.content = child.output();
    this.maxSamples = maxAudio.toSeconds() * AudioDecoder.SAMPLE_RATE;
  }

  /// Fills `samples` as far as there is sound; fewer only at the end.
  ///
  /// @return how many samples were written, 0 at the end
  /// @throws Problem `UNSUPPORTED_MEDIA` when the file ends without one decoded sample (not media,
  ///   broken from the start, no audio track); `AUDIO_TOO_LONG` beyond the longest audio
  /// @throws DecoderUnavailable when the decoder failed and the file is not known to be to blame
  /// @throws IOException when the child process cannot be read
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

  /// Time of the sound that was read so far.
  public Duration position() {
    return Duration.ofNanos(samplesRead * (1_000_000_000L / AudioDecoder.SAMPLE_RATE));
  }

  /// What the container says of its length, which may be wrong; null before the first samples were
  /// read and for containers that do not say.
  public @Nullable Duration announcedDuration() {
    return child.log().announcedDuration();
  }

  /// How many channels the file has that were mixed, once the first samples were read.
  public int channels() {
    return wav.channels();
  }

  /// Ends the child process if it still runs, and waits for it.
  @Override
  public void close() {
    child.close();
    try {
      content.close();
    } catch (IOException e) {
      // Nothing is lost: the pipe of a process that has ended.
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
        throw new DecoderUnavailable("ffmpeg wrote something without having opened a file");
      }
      return count;
    } finally {
      child.waitingEnds();
    }
  }

  private void finish() throws IOException {
    // What came before a fault inside the file is still worth having, whatever the exit code.
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
