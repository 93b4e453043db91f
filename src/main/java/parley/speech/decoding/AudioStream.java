package parley.speech.decoding;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// The sound of one file as it is decoded: mono samples in −1..1 at [AudioDecoder#SAMPLE_RATE]. The
/// child waits while nobody reads, so that memory stays bounded whatever the length. For one thread
/// at a time.
public final class AudioStream implements AutoCloseable {
  private static final int BLOCK_BYTES = 32 * 1024;

  /// A program that was ended by a signal exits with 128 and the signal's number; 24 is SIGXCPU, 9
  /// is SIGKILL (the hard limit of processor time).
  private static final int EXIT_BY_PROCESSOR_LIMIT = 128 + 24;

  private static final int EXIT_BY_KILL = 128 + 9;

  private final Process child;
  private final InputStream content;
  private final DecoderMessages messages;
  private final Thread listener;
  private final long mostSamples;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long samplesRead;
  private boolean ended;

  private AudioStream(
      Process child, DecoderMessages messages, Thread listener, DecodingLimits limits) {
    this.child = child;
    this.content = child.getInputStream();
    this.messages = messages;
    this.listener = listener;
    this.mostSamples = limits.longestAudio().toSeconds() * AudioDecoder.SAMPLE_RATE;
    block.limit(0);
  }

  static AudioStream of(Process child, DecodingLimits limits) {
    DecoderMessages messages = new DecoderMessages();
    Thread listener =
        Thread.ofVirtual()
            .name("ffmpeg-messages")
            .start(() -> messages.readAll(child.errorReader()));
    return new AudioStream(child, messages, listener, limits);
  }

  /// Fills `samples` as far as there is sound; fewer only at the end.
  ///
  /// @return how many samples were written, 0 at the end
  /// @throws Problem `UNSUPPORTED_MEDIA` when the file ends without one decoded sample (not media,
  ///   broken from the start, no audio track) or costs more than the limits allow; `AUDIO_TOO_LONG`
  ///   beyond the longest audio
  /// @throws IOException when the child process cannot be read
  public int read(float[] samples) throws IOException {
    int written = 0;
    while (written < samples.length) {
      if (block.remaining() < Float.BYTES && !refill()) {
        break;
      }
      int count = Math.min(samples.length - written, block.remaining() / Float.BYTES);
      for (int i = 0; i < count; i++) {
        float sample = block.getFloat();
        // A broken float file may hold anything, and one NaN would spoil all that follows.
        samples[written + i] = Float.isFinite(sample) ? Math.clamp(sample, -1f, 1f) : 0f;
      }
      written += count;
      samplesRead += count;
    }
    if (samplesRead > mostSamples) {
      throw new Problem(
          ProblemCode.AUDIO_TOO_LONG,
          "The recording is longer than "
              + Duration.ofSeconds(mostSamples / AudioDecoder.SAMPLE_RATE).toMinutes()
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
    return messages.announcedDuration();
  }

  /// Ends the child process if it still runs, and waits for it.
  @Override
  public void close() {
    child.destroyForcibly();
    try {
      // A killed process is gone at once; the time is for one that waits for a slow disk.
      child.waitFor(5, TimeUnit.SECONDS);
      listener.join();
      content.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // Nothing is lost: the pipe of a process that has ended.
    }
  }

  private boolean refill() throws IOException {
    if (ended) {
      return false;
    }
    block.compact();
    while (block.position() < Float.BYTES) {
      int count = content.read(block.array(), block.position(), block.remaining());
      if (count < 0) {
        ended = true;
        block.flip();
        finish();
        return false;
      }
      block.position(block.position() + count);
    }
    block.flip();
    return true;
  }

  private void finish() throws IOException {
    int exit;
    try {
      exit = child.waitFor();
      listener.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while ffmpeg ended", e);
    }
    if (exit == EXIT_BY_PROCESSOR_LIMIT || exit == EXIT_BY_KILL) {
      throw new Problem(
          ProblemCode.UNSUPPORTED_MEDIA, "The file takes more work to decode than is allowed");
    }
    // What came before a fault inside the file is still worth having, whatever the exit code.
    if (samplesRead == 0) {
      throw new Problem(ProblemCode.UNSUPPORTED_MEDIA, messages.reasonForNoSound());
    }
  }
}
