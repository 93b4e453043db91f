package parley.speech.live;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.SampleSink;

/// Passes decoded sound on and meters it, as long as it may. For one thread at a time, except
/// [#audio] and [#stop].
final class MeteredSound implements SampleSink {
  /// Audio between two entries on the meter: as much as a crash gives away.
  private static final long METERED_SAMPLES = 5L * AudioDecoder.SAMPLE_RATE;

  private final SampleSink next;
  private final Duration maxAudio;
  private final Tally tally;
  private final Consumer<Problem> onFailure;
  private final AtomicLong samples = new AtomicLong();
  private long meteredSamples;
  private volatile boolean stopped;

  /// Meters a stream.
  interface Tally {
    /// Meters all that was heard so far.
    ///
    /// @throws Problem why the stream may not go on, such as BUDGET_EXCEEDED when that was all that
    ///   the budget pays for
    void reached(Duration audio);
  }

  /// @param onFailure told once why no more is heard
  MeteredSound(SampleSink next, Duration maxAudio, Tally tally, Consumer<Problem> onFailure) {
    this.next = next;
    this.maxAudio = maxAudio;
    this.tally = tally;
    this.onFailure = onFailure;
  }

  /// How much audio was heard.
  Duration audio() {
    return Duration.ofNanos(samples.get() * (1_000_000_000L / AudioDecoder.SAMPLE_RATE));
  }

  /// Takes no more.
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  @Override
  public void take(float[] block, int count) {
    if (stopped || count == 0) {
      return;
    }
    next.take(block, count);
    samples.addAndGet(count);
    try {
      check();
    } catch (Problem refused) {
      stop();
      onFailure.accept(refused);
    }
  }

  private void check() {
    if (audio().compareTo(maxAudio) > 0) {
      throw new Problem(
          ProblemCode.AUDIO_TOO_LONG, "A stream has at most " + maxAudio.toMinutes() + " minutes.");
    }
    if (samples.get() - meteredSamples >= METERED_SAMPLES) {
      meteredSamples = samples.get();
      tally.reached(audio());
    }
  }
}
