package parley.speech.engine;

import java.util.List;
import java.util.OptionalDouble;

/// What one decoding of a window gave.
///
/// @param detection what the window sounded like
/// @param from where in the piece the window begins, in seconds
/// @param length of the window, in seconds
/// @param noise whether it holds a sound that was taken for a moment of speech
record Attempt(
    TimedHypothesis said, LanguageDetection detection, double from, double length, boolean noise) {
  /// Above this probability of no speech, and below this mean log probability, the window counts as
  /// holding no speech (OpenAI's `transcribe.py`).
  private static final double NO_SPEECH = 0.6;

  private static final double UNSURE = -1.0;

  /// Speech, in seconds, that is never without a word, and that is worth another window when no
  /// word was written of it.
  static final double WORTH_A_WORD = 1.0;

  /// Pauses between words of the same speech are shorter, in seconds.
  private static final double PAUSE = 0.3;

  /// The precision of word times, in seconds.
  private static final double EXACTNESS = 0.25;

  Hypothesis hypothesis() {
    return said.hypothesis();
  }

  double logProbability() {
    return hypothesis().meanLogProbability();
  }

  /// The same, taken for a noise.
  Attempt asNoise() {
    return new Attempt(said, detection, from, length, true);
  }

  /// The same up to some second of the piece.
  Attempt until(double end) {
    return new Attempt(said.until(end - from), detection, from, end - from, noise);
  }

  /// Whether Whisper itself doubts that anybody speaks.
  boolean isNoSpeech() {
    return hypothesis().noSpeech() > NO_SPEECH && logProbability() < UNSURE;
  }

  /// Whether it looks like what was said in so many seconds of speech.
  boolean isPlausible(String text, double speech) {
    return logProbability() >= UNSURE
        && !Loops.isLoop(text, speech)
        && (speech < WORTH_A_WORD || !text.isBlank());
  }

  /// Where speech begins of which the window has no word, though it has words before: Whisper
  /// writes down once what it hears twice, and passes over what comes after. In seconds of the
  /// piece.
  OptionalDouble unwritten(Piece piece, Vocabulary vocabulary) {
    List<Double> begins = said.words(vocabulary).stream().map(word -> from + word.begin()).toList();
    if (begins.isEmpty() || isNoSpeech()) {
      return OptionalDouble.empty();
    }
    return piece.stretches(PAUSE).stream()
        .filter(stretch -> stretch.start() > begins.getFirst() + EXACTNESS)
        .filter(stretch -> stretch.length() >= WORTH_A_WORD)
        .filter(stretch ->
            begins.stream()
                .noneMatch(begin ->
                    begin > stretch.start() - EXACTNESS && begin < stretch.end() - EXACTNESS))
        .mapToDouble(stretch -> stretch.start() - PAUSE / 2)
        .findFirst();
  }
}
