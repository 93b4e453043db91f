package parley.speech.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Tells a [Progress] how much is done, never going back.
public final class Share {
  /// Without an announced length, this much audio is half of it.
  private static final double ASSUMED_HALF_SECONDS = 300;

  /// Only a finished transcription is all done, whatever the container announced.
  private static final double MAX_BEFORE_THE_END = 0.99;

  private final Progress progress;
  private double told;

  /// A share of nothing so far.
  public Share(Progress progress) {
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
    progress.reached(told);
  }

  /// Tells that all is done.
  public void finished() {
    progress.reached(1);
  }
}
