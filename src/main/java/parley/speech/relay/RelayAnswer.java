package parley.speech.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.speech.Confidence;
import parley.speech.LanguageNames;
import parley.speech.Segment;
import parley.speech.Transcript;
import parley.speech.Word;

/// What a server answers in OpenAI's `verbose_json`, as far as it is used. Servers leave out much
/// of it, so nothing is taken for granted but the text.
record RelayAnswer(
    @Nullable String text,
    @Nullable String language,
    @Nullable Double duration,
    @Nullable List<SaidSegment> segments,
    @Nullable List<SaidWord> words) {

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
    double length = duration != null ? duration : said.isEmpty() ? 0 : said.getLast().end();
    if (said.isEmpty() && !text.isBlank()) {
      said = List.of(new Segment(0, length, text.strip(), List.of(), List.of(), null));
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
      if (segment.text == null || segment.text.isBlank() || segment.start == null) {
        continue;
      }
      double end = Math.max(segment.start, segment.end == null ? segment.start : segment.end);
      List<Word> words = new ArrayList<>();
      // A word belongs to the segment in which its middle lies.
      while (next < all.size() && (all.get(next).start() + all.get(next).end()) / 2 <= end) {
        words.add(all.get(next++));
      }
      said.add(
          new Segment(
              segment.start,
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
      if (word.word != null && word.start != null && word.end != null) {
        all.add(new Word(word.start, Math.max(word.start, word.end), word.word.strip()));
      }
    }
    return all;
  }
}
