package parley.speech.engine;

import parley.speech.transcript.Languages;

/// What the decoder makes of a window after its very first token.
///
/// @param languages the probability of each of [Languages], given that somebody speaks
/// @param noSpeech the probability that nobody speaks
@SuppressWarnings("ArrayRecordComponent") // never compared
record LanguageDetection(double[] languages, double noSpeech) {
  /// @param scores the logits of what follows the start of a transcript
  static LanguageDetection of(float[] scores) {
    int first = Vocabulary.FIRST_LANGUAGE;
    float all = LogSum.of(scores, first, first + Languages.count());
    double[] languages = new double[Languages.count()];
    for (int i = 0; i < languages.length; i++) {
      languages[i] = Math.exp(scores[first + i] - all);
    }
    return new LanguageDetection(
        languages, Math.exp(scores[Vocabulary.NO_SPEECH] - LogSum.of(scores, 0, scores.length)));
  }
}
