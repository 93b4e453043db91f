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
  /// A window with a higher no-speech probability and a lower mean log probability than these
  /// counts as silent (OpenAI's `transcribe.py`).
  private static final double NO_SPEECH = 0.6;

  private static final double UNSURE = -1.0;

  /// This many seconds of speech always contain a word; if none was transcribed, the speech is
  /// worth another window.
  static final double WORTH_A_WORD = 1.0;

  /// Speech with pauses shorter than this, in seconds, counts as one stretch.
  private static final double PAUSE = 0.3;

  /// Tolerance of word times, in seconds.
  private static final double EXACTNESS = 0.25;

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

  /// Whether Whisper itself considers the window silent.
  boolean isNoSpeech() {
    return hypothesis().noSpeech() > NO_SPEECH && logProbability() < UNSURE;
  }

  /// Whether the text is plausible for this many seconds of speech.
  boolean isPlausible(String text, double speech) {
    return logProbability() >= UNSURE
        && !Loops.isLoop(text, speech)
        && (speech < WORTH_A_WORD || !text.isBlank());
  }

  /// Returns the start, in seconds from the start of the piece, of the first stretch of speech
  /// after the first word for which the window has no words. Whisper tends to write a repeated
  /// phrase once and then skip what follows.
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
