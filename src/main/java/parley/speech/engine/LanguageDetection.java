package parley.speech.engine;

import parley.speech.transcript.Languages;

/// Whisper's language detection for one window, from the logits after the first token.
///
/// @param languages probability of each of [Languages], given that the window contains speech
/// @param noSpeech probability that it contains none
@SuppressWarnings("ArrayRecordComponent") // never compared
record LanguageDetection(double[] languages, double noSpeech) {
  /// @param scores logits of the token after the start of the transcript
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
