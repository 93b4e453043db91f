package parley.speech.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.speech.transcript.Progress;

/// Reports to a [Progress] how much of a file is done, never going backwards.
public final class ProgressReporter {
  /// If the duration is not announced, this much audio counts as half of it.
  private static final double ASSUMED_HALF_SECONDS = 300;

  /// Only a finished transcription reaches 1, whatever duration the container announced.
  private static final double MAX_BEFORE_THE_END = 0.99;

  private final Progress progress;
  private double told;

  public ProgressReporter(Progress progress) {
    this.progress = progress;
  }

  /// Tells how much is done.
  ///
  /// @param announced the length of the whole, which may be wrong; null where it is not known
  public void reached(Duration position, @Nullable Duration announced) {
    double done = position.toMillis() / 1000.0;
    double share =
        announced == null || announced.isZero()
            ? done / (done + ASSUMED_HALF_SECONDS)
            : done * 1000.0 / announced.toMillis();
    told = Math.max(told, Math.min(share, MAX_BEFORE_THE_END));
    progress.accept(told);
  }

  /// Tells that all is done.
  public void finished() {
    progress.accept(1);
  }
}
