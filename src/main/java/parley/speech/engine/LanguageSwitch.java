package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Optional;

/// Finds speech in another language than the window that it is in: a window is decoded in one
/// language, which drops a sentence in another one or writes words that nobody said.
final class LanguageSwitch {
  /// Speech is told apart by pauses of so many seconds.
  private static final double PAUSE = 0.3;

  /// Shorter speech does not tell its language, in seconds.
  private static final double MIN_SPEECH = 1.2;

  /// Silence after speech that is looked at alone, in seconds.
  private static final double SILENCE_AFTER = 3;

  /// What was decoded in its own language hardly ever has a lower mean log probability, or fewer
  /// tokens a second: only then is the speech looked at alone, which costs a run of the encoder.
  private static final double DOUBTFUL = -0.3;

  private static final double MIN_TOKENS_PER_SECOND = 2;

  /// How probable the other language has to be by the sound of the speech alone, and how improbable
  /// that of the window.
  private static final double CERTAIN = 0.9;

  private static final double IMPROBABLE = 0.1;

  private final WindowDecoder decoder;

  LanguageSwitch(WindowDecoder decoder) {
    this.decoder = decoder;
  }

  /// The first such speech in a piece, up to the middle of the pauses around it.
  ///
  /// @param attempt of the whole piece
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
