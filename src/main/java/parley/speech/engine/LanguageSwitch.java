package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Optional;

/// Finds speech in a different language than the rest of its window. A window is decoded in one
/// language; a sentence in another one gets dropped or replaced by invented words.
final class LanguageSwitch {
  /// Pauses of at least this many seconds separate stretches of speech.
  private static final double PAUSE = 0.3;

  /// Minimum duration of speech, in seconds, for its language to be detected.
  private static final double MIN_SPEECH = 1.2;

  /// Padding after a stretch that is examined separately, in seconds.
  private static final double SILENCE_AFTER = 3;

  /// Speech decoded in its own language hardly ever has a lower mean log probability, or fewer
  /// tokens per second. Only stretches below either are examined separately, since each costs a run
  /// of the encoder.
  private static final double DOUBTFUL = -0.3;

  private static final double MIN_TOKENS_PER_SECOND = 2;

  /// Minimum probability of the other language, and maximum probability of the window's language,
  /// for the stretch on its own.
  private static final double CERTAIN = 0.9;

  private static final double IMPROBABLE = 0.1;

  private final WindowDecoder decoder;

  LanguageSwitch(WindowDecoder decoder) {
    this.decoder = decoder;
  }

  /// Returns the first such stretch of a piece, extended to the middle of the pauses around it.
  ///
  /// @param attempt the decoding of the whole piece
  Optional<Piece.Span> find(Piece piece, Attempt attempt) throws OrtException {
    List<Piece.Span> stretches = piece.stretches(PAUSE);
    for (int i = 0; i < stretches.size() && stretches.size() > 1; i++) {
      Piece.Span stretch = stretches.get(i);
      double from = i == 0 ? 0 : (stretches.get(i - 1).end() + stretch.start()) / 2;
      double to =
          i + 1 == stretches.size()
              ? piece.seconds()
              : (stretch.end() + stretches.get(i + 1).start()) / 2;
      if (stretch.length() >= MIN_SPEECH
          && isDoubtful(stretch, attempt)
          && isForeign(piece.part(from, to), attempt.hypothesis().language())) {
        return Optional.of(new Piece.Span(from, to));
      }
    }
    return Optional.empty();
  }

  private static boolean isDoubtful(Piece.Span stretch, Attempt attempt) {
    Hypothesis hypothesis = attempt.hypothesis();
    double sum = 0;
    int count = 0;
    int text = 0;
    for (int i = 0; i < hypothesis.tokens().size(); i++) {
      if (!Vocabulary.isTimestamp(hypothesis.tokens().get(i))) {
        double time = attempt.from() + attempt.said().times()[text++];
        if (time > stretch.start() - PAUSE / 2 && time < stretch.end()) {
          sum += hypothesis.logProbabilities().get(i);
          count++;
        }
      }
    }
    return count < MIN_TOKENS_PER_SECOND * stretch.length() || sum / count < DOUBTFUL;
  }

  private boolean isForeign(Piece part, int language) throws OrtException {
    double[] probable = decoder.detectLanguage(part.samplesFrom(0), SILENCE_AFTER).languages();
    int best = LanguageTracker.likeliest(probable);
    return best != language && probable[best] >= CERTAIN && probable[language] <= IMPROBABLE;
  }
}
