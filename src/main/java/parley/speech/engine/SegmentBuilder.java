package parley.speech.engine;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.Languages;
import parley.speech.transcript.ScoredToken;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Word;

/// Converts the tokens of windows into segments and words with times relative to the recording.
final class SegmentBuilder {
  /// Languages without spaces between words: each character or token counts as a word.
  private static final Set<String> WITHOUT_SPACES = Set.of("zh", "ja", "th", "lo", "my", "km");

  /// Minimum mean duration of the words of a sentence, in seconds.
  private static final double MIN_WORD_SECONDS = 0.06;

  /// Captions have a resolution of a hundredth of a second.
  private static final double MIN_DURATION = 0.01;

  private final Vocabulary vocabulary;
  private final Piece piece;
  private final List<Segment> segments = new ArrayList<>();

  SegmentBuilder(Vocabulary vocabulary, Piece piece) {
    this.vocabulary = vocabulary;
    this.piece = piece;
  }

  /// Whether a language, an index in [Languages], puts spaces between words.
  static boolean putsSpaces(int language) {
    return !WITHOUT_SPACES.contains(Languages.code(language));
  }

  List<Segment> segments() {
    return segments;
  }

  /// Adds the result of one window.
  ///
  /// @return seconds from the start of the piece up to which it is transcribed
  double add(Attempt attempt) {
    return attempt.from()
        + (attempt.hypothesis().isNoSpeech() || attempt.noise()
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
  /// @param from the time in the piece that word times are relative to
  private void add(
      List<TimedHypothesis.TimedWord> said,
      Confidence confidence,
      double from,
      double start,
      double end) {
    List<Integer> tokens = said.stream().flatMap(word -> word.tokens().stream()).toList();
    String text = vocabulary.text(tokens).strip();
    if (!hasLetters(text) || end <= start) {
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
        words.add(inRecording(withinSpeech(begin, wordEnd), written, confidence(word)));
      }
    }
    if (!words.isEmpty() && words.getLast().end() - words.getFirst().start() < MIN_DURATION) {
      // No audio is left for this segment.
      return;
    }
    boolean again = !segments.isEmpty() && segments.getLast().text().equals(text);
    if (again && spoken < MIN_WORD_SECONDS * words.size()) {
      // Whisper repeated the last sentence after reaching the end of the audio.
      return;
    }
    Piece.Span span = withinSpeech(start, end);
    double base = piece.startSeconds();
    segments.add(
        words.isEmpty()
            ? new Segment(
                base + span.start(), base + span.end(), text, words, List.of(), confidence)
            : new Segment(
                words.getFirst().start(),
                words.getLast().end(),
                text,
                words,
                tokens,
                scores(said),
                confidence));
  }

  /// Whether a text is more than punctuation: Whisper writes a lone full stop for a noise.
  private static boolean hasLetters(String text) {
    return text.codePoints().anyMatch(Character::isLetterOrDigit);
  }

  /// Returns the duration of speech between two times, in seconds.
  private double speech(double start, double end) {
    return piece.speech().stream()
        .mapToDouble(span -> Math.min(end, span.end()) - Math.max(start, span.start()))
        .filter(common -> common > 0)
        .sum();
  }

  /// As in OpenAI's `timing.py`.
  private static double confidence(TimedHypothesis.TimedWord word) {
    return word.logProbabilities().stream().mapToDouble(Math::exp).average().orElse(0);
  }

  private List<ScoredToken> scores(List<TimedHypothesis.TimedWord> said) {
    List<ScoredToken> scores = new ArrayList<>();
    for (TimedHypothesis.TimedWord word : said) {
      for (int i = 0; i < word.tokens().size(); i++) {
        String bytes = Base64.getEncoder().encodeToString(vocabulary.bytes(word.tokens().get(i)));
        scores.add(new ScoredToken(bytes, word.logProbabilities().get(i)));
      }
    }
    return scores;
  }

  private Word inRecording(Piece.Span said, String text, double confidence) {
    double base = piece.startSeconds();
    // Words are in order, despite rounding at the edges of speech.
    double earliest = segments.isEmpty() ? 0 : segments.getLast().end();
    double start = Math.max(earliest, base + said.start());
    return new Word(start, Math.max(start, base + said.end()), text, confidence);
  }

  /// Clips a time range to the stretch of speech with which it overlaps most: nobody says a word in
  /// a pause, though attention and Whisper's timestamps extend into it.
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
