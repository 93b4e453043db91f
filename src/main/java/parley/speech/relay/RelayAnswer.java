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

/// What a server answers in OpenAI's `verbose_json`, as far as it is used. Servers leave out much
/// of it, so nothing is taken for granted but the text.
record RelayAnswer(
    @Nullable String text,
    @Nullable String language,
    @Nullable Double duration,
    @Nullable List<SaidSegment> segments,
    @Nullable List<SaidWord> words) {

  /// More seconds than any recording has; what is beyond is no time at all.
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

  /// The transcript in our own terms.
  ///
  /// @param hint the language that was asked for, which stands where the server tells none
  /// @throws IllegalArgumentException when there is no text, which makes it no transcript at all
  Transcript transcript(@Nullable String hint) {
    if (text == null) {
      throw new IllegalArgumentException("the answer has no text");
    }
    List<Segment> said = said();
    Double told = time(duration);
    double length = told != null ? told : said.isEmpty() ? 0 : said.getLast().end();
    if (said.isEmpty() && !text.isBlank()) {
      // Said somewhere in it; whoever knows the recording's length cuts this down.
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
      // A word belongs to the segment in which its middle lies.
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

  /// Another server's number as a time in seconds; null when it cannot be one.
  private static @Nullable Double time(@Nullable Double seconds) {
    return seconds != null && seconds >= 0 && seconds < LARGEST_TIME ? seconds : null;
  }
}
