package parley.speech.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.speech.transcript.Confidence;
import parley.speech.transcript.LanguageNames;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Transcript;
import parley.speech.transcript.Word;

/// The parts of OpenAI's `verbose_json` that are used. Servers omit many of them, so only the text
/// is required.
record RelayAnswer(
    @Nullable String text,
    @Nullable String language,
    @Nullable Double duration,
    @Nullable List<SaidSegment> segments,
    @Nullable List<SaidWord> words) {

  /// More seconds than any recording has; larger numbers are not times.
  private static final double LARGEST_TIME = 1e7;

  record SaidSegment(
      @Nullable Double start,
      @Nullable Double end,
      @Nullable String text,
      @Nullable List<Integer> tokens,
      @Nullable Double avgLogprob,
      @Nullable Double noSpeechProb) {
    @Nullable Confidence confidence() {
      return avgLogprob == null || noSpeechProb == null
          ? null
          : new Confidence(avgLogprob, noSpeechProb);
    }
  }

  record SaidWord(@Nullable Double start, @Nullable Double end, @Nullable String word) {}

  /// Converts the answer to a transcript.
  ///
  /// @param hint the requested language, used if the server names none
  /// @throws IllegalArgumentException if the answer has no text and is therefore no transcript
  Transcript transcript(@Nullable String hint) {
    if (text == null) {
      throw new IllegalArgumentException("the answer has no text");
    }
    List<Segment> said = said();
    Double told = time(duration);
    double length = told != null ? told : said.isEmpty() ? 0 : said.getLast().end();
    if (said.isEmpty() && !text.isBlank()) {
      // The time within the recording is unknown; the caller, who knows the duration, clips it.
      double end = told != null ? told : LARGEST_TIME;
      said = List.of(new Segment(0, end, text.strip(), List.of(), List.of(), null));
    }
    return new Transcript(
        said.stream().map(Segment::text).collect(Collectors.joining(" ")),
        said,
        said.isEmpty() ? hint : LanguageNames.code(language).orElse(hint),
        Duration.ofMillis(Math.round(length * 1000)));
  }

  private List<Segment> said() {
    List<Segment> said = new ArrayList<>();
    List<Word> all = allWords();
    int next = 0;
    for (SaidSegment segment : segments == null ? List.<SaidSegment>of() : segments) {
      Double start = time(segment.start);
      if (segment.text == null || segment.text.isBlank() || start == null) {
        continue;
      }
      double end = Math.max(start, Objects.requireNonNullElse(time(segment.end), start));
      List<Word> words = new ArrayList<>();
      // A word belongs to the segment that contains its midpoint.
      while (next < all.size() && (all.get(next).start() + all.get(next).end()) / 2 <= end) {
        words.add(all.get(next++));
      }
      said.add(
          new Segment(
              start,
              end,
              segment.text.strip(),
              words,
              segment.tokens == null ? List.of() : segment.tokens,
              segment.confidence()));
    }
    return said;
  }

  private List<Word> allWords() {
    List<Word> all = new ArrayList<>();
    for (SaidWord word : words == null ? List.<SaidWord>of() : words) {
      Double start = time(word.start);
      Double end = time(word.end);
      if (word.word != null && start != null && end != null) {
        all.add(new Word(start, Math.max(start, end), word.word.strip()));
      }
    }
    return all;
  }

  /// Returns a number of the answer as a time in seconds; null if it cannot be one.
  private static @Nullable Double time(@Nullable Double seconds) {
    return seconds != null && seconds >= 0 && seconds < LARGEST_TIME ? seconds : null;
  }
}
