package parley.speech.engine;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was recognised of an utterance in progress.
public final class PartialResult {
  /// Seconds after the last word that a partial result must have heard.
  private static final double DIED_AWAY = 0.15;

  /// Less than a frame, in seconds.
  private static final double SAME = 0.02;

  private final Piece piece;
  private final List<Integer> tokens;
  private final LiveEngine.@Nullable Written text;
  private final Duration rest;

  /// @param tokens of Moonshine; empty if it was not asked or heard nothing
  /// @param text the final result of just this audio; null if it has yet to be found
  PartialResult(
      Piece piece, List<Integer> tokens, LiveEngine.@Nullable Written text, Duration rest) {
    this.piece = piece;
    this.tokens = List.copyOf(tokens);
    this.text = text;
    this.rest = rest;
  }

  /// The audio that was recognised.
  public Piece piece() {
    return piece;
  }

  /// How long to wait before the next partial result of the same stream.
  public Duration rest() {
    return rest;
  }

  /// The likely beginning of the final text.
  List<Integer> tokens() {
    return tokens;
  }

  /// Returns the final result for a piece, if this partial result has heard everything that is said
  /// in it: all of its speech, and enough of what follows.
  LiveEngine.@Nullable Written finalOf(Piece whole) {
    boolean all =
        whole.start() == piece.start()
            && Math.abs(whole.speechEnd() - piece.speechEnd()) < SAME
            && piece.endSeconds() - piece.speechEnd() >= DIED_AWAY;
    return all ? text : null;
  }
}
