package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;

/// Writes down one window of sound, always taking the likeliest next token.
final class WhisperDecoding {
  /// Nobody speaks faster: tokens a second, and some for times and the beginning.
  private static final int TOKENS_PER_SECOND = 12;

  private static final int TOKENS_BESIDES = 20;

  private final WhisperModel model;
  private final DecodingRules rules;

  WhisperDecoding(WhisperModel model, DecodingRules rules) {
    this.model = model;
    this.rules = rules;
  }

  /// For each of [Languages], the probability that it is spoken.
  double[] languages(WhisperModel.Heard heard) throws OrtException {
    float[] scores = new float[Vocabulary.SIZE];
    try (WhisperModel.Pen pen = model.pen(heard)) {
      pen.write(scores, Vocabulary.START_OF_TRANSCRIPT);
    }
    double[] probabilities = new double[Languages.count()];
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < probabilities.length; i++) {
      greatest = Math.max(greatest, scores[Vocabulary.FIRST_LANGUAGE + i]);
    }
    double sum = 0;
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = Math.exp(scores[Vocabulary.FIRST_LANGUAGE + i] - greatest);
      sum += probabilities[i];
    }
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }

  /// Writes down one window.
  ///
  /// @param language index in [Languages]
  /// @param seconds of sound in the window, without the silence added to it
  Hypothesis decode(WhisperModel.Heard heard, int language, double seconds) throws OrtException {
    float[] scores = new float[Vocabulary.SIZE];
    List<Integer> tokens = new ArrayList<>();
    int most =
        Math.min(
            WhisperModel.MOST_TOKENS / 2, (int) (TOKENS_BESIDES + seconds * TOKENS_PER_SECOND));
    double sum = 0;
    try (WhisperModel.Pen pen = model.pen(heard)) {
      pen.write(scores, Vocabulary.START_OF_TRANSCRIPT);
      DecodingRules.toLogProbabilities(scores);
      double noSpeech = Math.exp(scores[Vocabulary.NO_SPEECH]);
      pen.write(scores, Vocabulary.FIRST_LANGUAGE + language, Vocabulary.TRANSCRIBE);
      while (true) {
        rules.apply(scores, tokens);
        int next = likeliest(scores);
        sum += scores[next];
        if (next == Vocabulary.END_OF_TEXT || tokens.size() >= most) {
          return new Hypothesis(tokens, sum / (tokens.size() + 1), noSpeech);
        }
        tokens.add(next);
        pen.write(scores, next);
      }
    }
  }

  private static int likeliest(float[] scores) {
    int best = 0;
    for (int token = 1; token < scores.length; token++) {
      if (scores[token] > scores[best]) {
        best = token;
      }
    }
    return best;
  }
}
