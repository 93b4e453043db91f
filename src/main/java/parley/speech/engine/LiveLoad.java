package parley.speech.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import parley.speech.engine.InferenceQueue.Priority;

/// How busy live recognition is, and what gives way first: partial results become rarer, then stop;
/// then Whisper decodes greedily; and no further stream is taken (decision 0075). Thread-safe.
final class LiveLoad {
  /// Partial results of one stream may take one part in this many and one of a processor.
  private static final int REST = 8;

  /// A partial result that has waited is followed by a rest of so many times the wait.
  private static final int REST_AFTER_WAIT = 2;

  /// Partial results stop while a final one has waited longer than this.
  private static final Duration PARTIALS_STOP = Duration.ofSeconds(1);

  /// Whisper decodes final results greedily while one has waited longer than this.
  private static final Duration GREEDY = Duration.ofSeconds(2);

  /// No further stream is taken while a partial result has waited longer than this.
  private static final Duration PARTIALS_LATE = Duration.ofSeconds(2);

  /// How often Moonshine recognises each second of an utterance, while it is being said and before
  /// it is final: four times where there is time, and one less is hardly noticed.
  private static final double MOONSHINE_PASSES = 3;

  /// Seconds of audio after which measurements have replaced what was assumed.
  private static final double MEMORY = 60;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final InferenceQueue whisper;
  private final InferenceQueue moonshine;
  private final int processors;

  /// Seconds of processor time for a second of audio, as measured with [#took]; until then, as on a
  /// Xeon of 2023.
  private double moonshineCost = 0.023;

  private double whisperCost = 0.25;

  LiveLoad(InferenceQueue whisper, InferenceQueue moonshine, int processors) {
    this.whisper = whisper;
    this.moonshine = moonshine;
    this.processors = processors;
  }

  /// Processor time of the calling thread.
  static Duration worked() {
    return Duration.ofNanos(THREADS.getCurrentThreadCpuTime());
  }

  /// Notes what recognising a piece cost.
  ///
  /// @param work of all threads together
  /// @param english whether by Moonshine
  synchronized void took(Duration work, Piece piece, boolean english) {
    double cost = work.toNanos() / 1e9 / piece.seconds();
    double weight = Math.min(1, piece.seconds() / MEMORY);
    if (english) {
      moonshineCost += weight * (cost - moonshineCost);
    } else {
      whisperCost += weight * (cost - whisperCost);
    }
  }

  /// Returns how long a stream is left alone after a partial result.
  ///
  /// @param waited in the queue
  /// @param english whether by Moonshine
  Duration rest(Duration work, Duration waited, boolean english) {
    // Few streams are not English, and Whisper's partial results are expensive enough to be rare.
    Duration bySelf = english ? work.multipliedBy(REST) : work;
    Duration byOthers = waited.multipliedBy(REST_AFTER_WAIT);
    return Stream.of(bySelf, byOthers).max(Comparator.naturalOrder()).orElseThrow();
  }

  /// Whether there is time for partial results.
  ///
  /// @param english whether by Moonshine
  boolean allowsPartials(boolean english) {
    return (english ? moonshine : whisper).delay(Priority.FINAL).compareTo(PARTIALS_STOP) < 0;
  }

  /// Whether Whisper's finals have to be quick.
  boolean isHurried() {
    return whisper.delay(Priority.FINAL).compareTo(GREEDY) > 0;
  }

  /// Whether those who are here already wait too long.
  ///
  /// @param quick whether for streams that do without Whisper
  boolean isBehind(boolean quick) {
    InferenceQueue queue = quick ? moonshine : whisper;
    return queue.delay(Priority.FINAL).compareTo(PARTIALS_STOP) > 0
        || moonshine.delay(Priority.PARTIAL).compareTo(PARTIALS_LATE) > 0;
  }

  /// Returns the processors that a stream takes while somebody speaks.
  synchronized double need(boolean quick) {
    double partials = MOONSHINE_PASSES * moonshineCost;
    return quick ? partials : Math.max(partials, whisperCost);
  }

  /// Returns the processors that there are.
  double processors() {
    return processors;
  }
}
