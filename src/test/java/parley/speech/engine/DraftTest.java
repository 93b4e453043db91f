package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;

class DraftTest {
  private Draft draft = new Draft();

  /// Each try has a piece of its own.
  @BeforeTry
  void begin() {
    draft = new Draft();
  }

  @Example
  void letsStandWhatTwoGuessesInARowAgreeOn() {
    guess("so my fellow");
    assertThat(standing()).isEmpty();

    guess("So, my yellow");
    assertThat(standing()).isEqualTo("So, my");
    assertThat(draft.text()).isEqualTo("So, my yellow");
  }

  @Example
  void neverLetsTheLastWordStandWhichTheSoundMayCutOff() {
    guess("ask nod");
    guess("ask nod");

    assertThat(standing()).isEqualTo("ask");
  }

  /// Guesses that begin with what stands, as the models are made to: nothing of it changes.
  @Property(tries = 200)
  void neverTakesBackWhatStands(
      @ForAll @Size(min = 1, max = 12)
          List<@Size(min = 1, max = 6) List<@IntRange(min = 1, max = 3) Integer>> guesses) {
    String before = "";
    for (List<Integer> guess : guesses) {
      List<List<Integer>> words = new ArrayList<>();
      draft.standing().forEach(token -> words.add(List.of(token)));
      guess.forEach(token -> words.add(List.of(token)));
      draft.guessed(words, DraftTest::numbers);

      assertThat(standingNumbers()).startsWith(before);
      assertThat(draft.text().replace(" ", "")).startsWith(standingNumbers());
      before = standingNumbers();
    }
  }

  private String standingNumbers() {
    return numbers(draft.standing());
  }

  private static String numbers(List<Integer> tokens) {
    return tokens.stream().map(String::valueOf).collect(Collectors.joining());
  }

  private final List<String> known = new ArrayList<>();

  private void guess(String text) {
    List<List<Integer>> words = new ArrayList<>();
    for (String word : List.of(text.split(" ", -1))) {
      known.add(word);
      words.add(List.of(known.size() - 1));
    }
    draft.guessed(words, this::text);
  }

  private String standing() {
    return text(draft.standing());
  }

  private String text(List<Integer> tokens) {
    return tokens.stream().map(known::get).collect(Collectors.joining(" "));
  }
}
