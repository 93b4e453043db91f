package parley.speech.engine;

import java.util.List;
import java.util.OptionalDouble;

/// The result of decoding a window once.
///
/// @param detection language and no-speech probabilities of the window
/// @param from start of the window, in seconds from the start of the piece
/// @param length duration of the window, in seconds
/// @param noise whether the VAD mistook a noise for a moment of speech
record Attempt(
    TimedHypothesis said, LanguageDetection detection, double from, double length, boolean noise) {
  /// This many seconds of speech always contain a word; if none was transcribed, the speech is
  /// worth another window.
  static final double SPEECH_WITH_WORDS = 1.0;

  /// Speech with pauses shorter than this, in seconds, counts as one stretch.
  private static final double PAUSE = 0.3;

  /// Tolerance of word times, in seconds.
  private static final double TIME_TOLERANCE = 0.25;

  Hypothesis hypothesis() {
    return said.hypothesis();
  }

  double logProbability() {
    return hypothesis().meanLogProbability();
  }

  /// Returns this attempt, marked as noise.
  Attempt asNoise() {
    return new Attempt(said, detection, from, length, true);
  }

  /// Returns the part of this attempt before `end`, in seconds from the start of the piece.
  Attempt until(double end) {
    return new Attempt(said.until(end - from), detection, from, end - from, noise);
  }

  /// Whether the text is plausible for this many seconds of speech.
  boolean isPlausible(String text, double speech) {
    return logProbability() >= Hypothesis.LOW_LOG_PROBABILITY
        && !Loops.isLoop(text, speech)
        && (speech < SPEECH_WITH_WORDS || !text.isBlank());
  }

  /// Returns the start, in seconds from the start of the piece, of the first stretch of speech
  /// after the first word for which the window has no words. Whisper tends to write a repeated
  /// phrase once and then skip what follows.
  OptionalDouble untranscribed(Piece piece, Vocabulary vocabulary) {
    List<Double> begins = said.words(vocabulary).stream().map(word -> from + word.begin()).toList();
    if (begins.isEmpty() || hypothesis().isNoSpeech()) {
      return OptionalDouble.empty();
    }
    return piece.stretches(PAUSE).stream()
        .filter(stretch -> stretch.start() > begins.getFirst() + TIME_TOLERANCE)
        .filter(stretch -> stretch.length() >= SPEECH_WITH_WORDS)
        .filter(stretch ->
            begins.stream()
                .noneMatch(begin ->
                    begin > stretch.start() - TIME_TOLERANCE
                        && begin < stretch.end() - TIME_TOLERANCE))
        .mapToDouble(stretch -> stretch.start() - PAUSE / 2)
        .findFirst();
  }
}
