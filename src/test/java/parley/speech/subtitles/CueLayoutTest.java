package parley.speech.subtitles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import parley.problem.Problem;
import parley.speech.transcript.Word;

class CueLayoutTest {
  private static final CueLayout LAYOUT = new CueLayout(LineLimits.DEFAULT);

  @Test
  void aShortSentenceIsOneLine() {
    assertThat(cues(spoken("The birch canoe slid on the planks.", 2, 0.4)))
        .containsExactly("The birch canoe slid on the planks.");
  }

  @Test
  void aLongSentenceIsBrokenAtItsPhrases() {
    assertThat(
            cues(
                spoken(
                    "When the sun had gone down behind the hills, the travellers, who had walked "
                        + "all day long without any rest, lay down under a tree and slept.",
                    0,
                    0.33)))
        .containsExactly(
            "When the sun had gone down behind\nthe hills, the travellers,",
            "who had walked all day long without\nany rest, lay down under a tree and slept.");
  }

  @Test
  void sentencesStandAloneUnlessTheyAreTooShort() {
    assertThat(cues(spoken("He left the house at once. She stayed in the garden.", 0, 0.4)))
        .containsExactly("He left the house at once.", "She stayed in the garden.");
    assertThat(cues(spoken("No. I do not think so.", 0, 0.25)))
        .containsExactly("No. I do not think so.");
  }

  @Test
  void aChangeOfSpeakerIsAlwaysANewCue() {
    List<Cue> cues =
        LAYOUT.cues(
            List.of(
                new Passage(0, 0.4, "No.", List.of(), "Ada"),
                new Passage(0.5, 0.9, "Yes.", List.of(), "Bob")),
            5);
    assertThat(cues).extracting(Cue::speaker).containsExactly("Ada", "Bob");
    assertThat(cues.getFirst().endMillis()).isLessThanOrEqualTo(cues.getLast().startMillis());
  }

  @Test
  void aShortCueStaysUntilItIsReadButNotBeyondTheRecording() {
    List<Passage> word = List.of(new Passage(1, 1.2, "Yes.", List.of(), null));
    assertThat(LAYOUT.cues(word, 9).getFirst().endMillis()).isEqualTo(2000);
    assertThat(LAYOUT.cues(word, 1.5).getFirst().endMillis()).isEqualTo(1500);
  }

  @Test
  void namesBelongToTheTextOfFormatsWithoutAPlaceForThem() {
    Passage passage =
        new Passage(0, 3, "Good morning, everybody, and welcome back.", List.of(), "Ada");
    assertThat(new CueLayout(LineLimits.DEFAULT, true).cues(List.of(passage), 5))
        .extracting(Cue::lines)
        .containsExactly(List.of("Ada: Good morning,", "everybody, and welcome back."));
    Passage single = new Passage(0, 3, "Yes.", List.of(), "A".repeat(100));
    assertThat(new CueLayout(LineLimits.DEFAULT, true).cues(List.of(single), 5).getFirst().lines())
        .containsExactly("A".repeat(21) + "…: Yes.");
  }

  @Test
  void chineseIsBrokenWithoutSpaces() {
    String text = "今天天气很好，我们一起去公园散步，然后回家吃晚饭，看一会儿电视，最后早点睡觉。";
    List<Cue> cues = LAYOUT.cues(List.of(new Passage(0, 12, text, List.of(), null)), 12);
    assertThat(cues).hasSizeGreaterThan(1);
    assertThat(cues.stream().flatMap(cue -> cue.lines().stream()).collect(Collectors.joining()))
        .isEqualTo(text);
    assertThat(cues)
        .allSatisfy(cue ->
            assertThat(cue.lines())
                .allSatisfy(line -> assertThat(DisplayWidth.of(line)).isLessThanOrEqualTo(42)));
  }

  @Test
  void limitsOutsideTheirRangeAreRefused() {
    assertThatThrownBy(() -> new LineLimits(9, 2)).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> new LineLimits(42, 5)).isInstanceOf(Problem.class);
  }

  @Property(tries = 300)
  void everyCueIsReadableAndNoWordIsLost(@ForAll("transcripts") List<Passage> passages) {
    double duration = passages.getLast().end() + 10;
    for (LineLimits limits : List.of(LineLimits.DEFAULT, new LineLimits(20, 1))) {
      checkReadable(new CueLayout(limits).cues(passages, duration), limits);
      List<Cue> cues = new CueLayout(limits, true).cues(passages, duration);
      checkReadable(cues, limits);
      assertThat(
              letters(cues.stream().flatMap(cue -> cue.lines().stream()).toList())
                  .replace("Ada:", ""))
          .isEqualTo(letters(passages.stream().map(Passage::text).toList()));
    }
  }

  private static void checkReadable(List<Cue> cues, LineLimits limits) {
    long free = 0;
    for (Cue cue : cues) {
      assertThat(cue.startMillis()).isGreaterThanOrEqualTo(free);
      assertThat(cue.endMillis()).isGreaterThan(cue.startMillis());
      assertThat(cue.endMillis() - cue.startMillis()).isLessThanOrEqualTo(7000);
      assertThat(cue.lines()).hasSizeLessThanOrEqualTo(limits.count());
      assertThat(cue.lines())
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(limits.width()));
      free = cue.endMillis();
    }
  }

  @Provide
  Arbitrary<List<Passage>> transcripts() {
    Arbitrary<String> word =
        Arbitraries.strings()
            .alpha()
            .ofMinLength(1)
            .ofMaxLength(60)
            .flatMap(letters -> Arbitraries.of("", ",", ".", "?").map(letters::concat));
    return word.list()
        .ofMinSize(1)
        .ofMaxSize(30)
        .map(words -> String.join(" ", words))
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .flatMap(texts ->
            Arbitraries.doubles()
                .between(0.02, 2)
                .map(seconds -> {
                  List<Passage> passages = new ArrayList<>();
                  double start = 0;
                  for (String text : texts) {
                    Passage passage = spoken(text, start, seconds);
                    passages.add(
                        new Passage(
                            passage.start(),
                            passage.end(),
                            text,
                            passage.words(),
                            passages.size() % 2 == 0 ? "Ada" : null));
                    start = passage.end() + seconds;
                  }
                  return passages;
                }));
  }

  private static String letters(List<String> texts) {
    return String.join("", texts).replace(" ", "");
  }

  private static List<String> cues(Passage passage) {
    return LAYOUT.cues(List.of(passage), 60).stream()
        .map(cue -> String.join("\n", cue.lines()))
        .toList();
  }

  /// A passage of words that take the same time each, half of the last one a pause.
  private static Passage spoken(String text, double start, double secondsPerWord) {
    List<Word> words = new ArrayList<>();
    double at = start;
    for (String word : text.split(" ", -1)) {
      words.add(new Word(at, at + secondsPerWord * 0.9, word));
      at += secondsPerWord;
    }
    return new Passage(start, words.getLast().end(), text, words, null);
  }
}
