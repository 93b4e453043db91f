package parley.speech.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.Languages;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Word;

/// InferenceQueue the tokens of windows into segments and words with times in the recording.
final class SegmentBuilder {
  /// Languages that put no spaces between words: each character or token counts as a word.
  private static final Set<String> WITHOUT_SPACES = Set.of("zh", "ja", "th", "lo", "my", "km");

  /// Seconds that each word of a sentence takes at least on average.
  private static final double MIN_WORD_SECONDS = 0.06;

  /// A hundredth of a second is what captions tell.
  private static final double NO_LENGTH = 0.01;

  private final Vocabulary vocabulary;
  private final Piece piece;
  private final List<Segment> segments = new ArrayList<>();

  SegmentBuilder(Vocabulary vocabulary, Piece piece) {
    this.vocabulary = vocabulary;
    this.piece = piece;
  }

  /// Whether the language, an index in [Languages], puts spaces between words.
  static boolean putsSpaces(int language) {
    return !WITHOUT_SPACES.contains(Languages.code(language));
  }

  List<Segment> segments() {
    return segments;
  }

  /// Adds what one window says.
  ///
  /// @return seconds of the piece up to which it was written down
  double add(Attempt attempt) {
    return attempt.from()
        + (attempt.isNoSpeech() || attempt.noise()
            ? attempt.length()
            : add(attempt.said(), attempt.from(), attempt.length()));
  }

  private double add(TimedHypothesis said, double from, double length) {
    Hypothesis hypothesis = said.hypothesis();
    Confidence confidence = new Confidence(hypothesis.meanLogProbability(), hypothesis.noSpeech());
    List<Integer> text = new ArrayList<>();
    int placed = 0;
    double began = 0;
    double ended = 0;
    for (int token : hypothesis.tokens()) {
      if (!Vocabulary.isTimestamp(token)) {
        text.add(token);
        continue;
      }
      double time = Math.min(Vocabulary.secondsOf(token), length);
      if (!text.isEmpty()) {
        add(said.words(vocabulary, text, placed), confidence, from, from + began, from + time);
        placed += text.size();
        text.clear();
        ended = time;
      }
      began = time;
    }
    if (!text.isEmpty()) {
      add(said.words(vocabulary, text, placed), confidence, from, from + began, from + length);
      ended = length;
    }
    return ended;
  }

  /// Adds one segment.
  ///
  /// @param from where in the piece the words' times begin
  private void add(
      List<TimedHypothesis.TimedWord> said,
      Confidence confidence,
      double from,
      double start,
      double end) {
    List<Integer> tokens = said.stream().flatMap(word -> word.tokens().stream()).toList();
    String text = vocabulary.text(tokens).strip();
    if (!isText(text) || end <= start) {
      return;
    }
    List<Word> words = new ArrayList<>();
    double spoken = 0;
    for (TimedHypothesis.TimedWord word : said) {
      String written = vocabulary.text(word.tokens()).strip();
      if (!written.isEmpty()) {
        double begin = from + word.begin();
        double wordEnd = from + word.end();
        spoken += speech(begin, wordEnd);
        words.add(inRecording(withinSpeech(begin, wordEnd), written));
      }
    }
    if (!words.isEmpty() && words.getLast().end() - words.getFirst().start() < NO_LENGTH) {
      // Nothing is left of the sound for it.
      return;
    }
    boolean again = !segments.isEmpty() && segments.getLast().text().equals(text);
    if (again && spoken < MIN_WORD_SECONDS * words.size()) {
      // A sentence that comes once more after the sound was written to its end.
      return;
    }
    Piece.Span span = withinSpeech(start, end);
    double base = piece.startSeconds();
    segments.add(
        words.isEmpty()
            ? new Segment(
                base + span.start(), base + span.end(), text, words, List.of(), confidence)
            : new Segment(
                words.getFirst().start(), words.getLast().end(), text, words, tokens, confidence));
  }

  /// Whether there is more than signs: a full stop alone is what Whisper makes of a noise.
  private static boolean isText(String text) {
    return text.codePoints().anyMatch(Character::isLetterOrDigit);
  }

  /// Seconds of speech between two times.
  private double speech(double start, double end) {
    return piece.speech().stream()
        .mapToDouble(span -> Math.min(end, span.end()) - Math.max(start, span.start()))
        .filter(common -> common > 0)
        .sum();
  }

  private Word inRecording(Piece.Span said, String text) {
    double base = piece.startSeconds();
    // Words follow each other, whatever the rounding at the edges of speech did.
    double earliest = 0;
    if (!segments.isEmpty()) {
      earliest = segments.getLast().end();
    }
    double start = Math.max(earliest, base + said.start());
    return new Word(start, Math.max(start, base + said.end()), text);
  }

  /// What of a time is speech: nobody says a word in a pause, though attention and Whisper's own
  /// times reach into it. Of two stretches of speech the one that it shares more with counts.
  private Piece.Span withinSpeech(double start, double end) {
    Piece.Span max = null;
    double shared = 0;
    for (Piece.Span span : piece.speech()) {
      double common = Math.min(end, span.end()) - Math.max(start, span.start());
      if (common > shared) {
        max = span;
        shared = common;
      }
    }
    return max == null
        ? new Piece.Span(start, end)
        : new Piece.Span(Math.max(start, max.start()), Math.min(end, max.end()));
  }
}
