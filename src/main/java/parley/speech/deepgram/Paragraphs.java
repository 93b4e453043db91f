package parley.speech.deepgram;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Divides words into utterances, paragraphs and sentences.
final class Paragraphs {
  /// A paragraph ends with the first sentence after so many.
  private static final int MAX_SENTENCES = 5;

  /// Seconds of silence after a sentence that end a paragraph.
  private static final double PAUSE = 2;

  private Paragraphs() {}

  /// All paragraphs, and the text with them.
  record ParagraphList(String transcript, List<Paragraph> paragraphs) {}

  record Paragraph(
      List<Sentence> sentences,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer speaker,
      int numWords,
      double start,
      double end) {}

  record Sentence(String text, double start, double end) {}

  static ParagraphList of(List<SpokenWord> words, ListenOptions options, Wording wording) {
    List<Paragraph> paragraphs =
        SpokenWords.groups(words, Paragraphs::beginsParagraph).stream()
            .map(group -> paragraph(group, options, wording))
            .toList();
    return new ParagraphList(
        paragraphs.stream().map(Paragraphs::text).collect(Collectors.joining("\n\n", "\n", "")),
        paragraphs);
  }

  /// Whether a word begins a new utterance: after a pause, or when somebody else speaks.
  static BiPredicate<List<SpokenWord>, SpokenWord> utterance(ListenOptions options) {
    return (words, next) ->
        next.start() - words.getLast().end() >= options.pause() || isOther(words.getLast(), next);
  }

  private static boolean beginsParagraph(List<SpokenWord> words, SpokenWord next) {
    SpokenWord last = words.getLast();
    return isOther(last, next)
        || (last.endsSentence()
            && (next.start() - last.end() >= PAUSE
                || words.stream().filter(SpokenWord::endsSentence).count() >= MAX_SENTENCES));
  }

  private static boolean isOther(SpokenWord last, SpokenWord next) {
    return !Objects.equals(last.speaker(), next.speaker());
  }

  private static Paragraph paragraph(
      List<SpokenWord> words, ListenOptions options, Wording wording) {
    List<Sentence> sentences =
        SpokenWords.groups(words, (before, next) -> before.getLast().endsSentence()).stream()
            .map(group ->
                new Sentence(
                    wording.joined(group), group.getFirst().start(), group.getLast().end()))
            .toList();
    return new Paragraph(
        sentences,
        options.diarizes() ? words.getFirst().speaker() : null,
        words.size(),
        words.getFirst().start(),
        words.getLast().end());
  }

  private static String text(Paragraph paragraph) {
    String text = paragraph.sentences.stream().map(Sentence::text).collect(Collectors.joining(" "));
    return paragraph.speaker == null ? text : "Speaker " + paragraph.speaker + ": " + text;
  }
}
