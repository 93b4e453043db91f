package parley.speech.subtitles;

/// How much a break between two words disturbs the reader, without knowing the language: least
/// after a sentence, little after a phrase or where the speaker paused, most after a short word,
/// since articles, prepositions and conjunctions belong to what follows (BBC, "Subtitle
/// Guidelines", section "Break at natural points").
final class PhraseBreaks {
  private static final double AFTER_SENTENCE = 0;
  private static final double AFTER_PHRASE = 0.3;
  private static final double AT_PAUSE = 0.5;
  private static final double ELSEWHERE = 1;
  private static final double AFTER_SHORT_WORD = 1.5;

  private static final double PAUSE_SECONDS = 0.3;
  private static final int SHORT_WORD = 3;

  private PhraseBreaks() {}

  /// Returns the cost, 0 to 1.5.
  static double cost(Token before, Token after) {
    if (before.endsSentence()) {
      return AFTER_SENTENCE;
    }
    if (before.endsPhrase()) {
      return AFTER_PHRASE;
    }
    if (after.start() - before.end() >= PAUSE_SECONDS) {
      return AT_PAUSE;
    }
    return after.spaced() && before.width() <= SHORT_WORD ? AFTER_SHORT_WORD : ELSEWHERE;
  }
}
