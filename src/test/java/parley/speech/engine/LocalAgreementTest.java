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

class LocalAgreementTest {
  private LocalAgreement agreement = new LocalAgreement();

  /// Each try has a piece of its own.
  @BeforeTry
  void begin() {
    agreement = new LocalAgreement();
  }

  @Example
  void commitsWhatTwoPartialResultsInARowAgreeOn() {
    partial("so my fellow");
    assertThat(committed()).isEmpty();

    partial("So, my yellow");
    assertThat(committed()).isEqualTo("So, my");
    assertThat(agreement.text()).isEqualTo("So, my yellow");
  }

  @Example
  void neverCommitsTheLastWordWhichTheSoundMayCutOff() {
    partial("ask nod");
    partial("ask nod");

    assertThat(committed()).isEqualTo("ask");
  }

  /// Results that begin with the committed words, as the models are made to: those never change.
  @Property(tries = 200)
  void neverTakesBackWhatStands(
      @ForAll @Size(min = 1, max = 12)
          List<@Size(min = 1, max = 6) List<@IntRange(min = 1, max = 3) Integer>> partials) {
    String before = "";
    for (List<Integer> partial : partials) {
      List<List<Integer>> words = new ArrayList<>();
      agreement.committed().forEach(token -> words.add(List.of(token)));
      partial.forEach(token -> words.add(List.of(token)));
      agreement.update(words, LocalAgreementTest::numbers);

      assertThat(committedNumbers()).startsWith(before);
      assertThat(agreement.text().replace(" ", "")).startsWith(committedNumbers());
      before = committedNumbers();
    }
  }

  private String committedNumbers() {
    return numbers(agreement.committed());
  }

  private static String numbers(List<Integer> tokens) {
    return tokens.stream().map(String::valueOf).collect(Collectors.joining());
  }

  private final List<String> known = new ArrayList<>();

  private void partial(String text) {
    List<List<Integer>> words = new ArrayList<>();
    for (String word : List.of(text.split(" ", -1))) {
      known.add(word);
      words.add(List.of(known.size() - 1));
    }
    agreement.update(words, this::text);
  }

  private String committed() {
    return text(agreement.committed());
  }

  private String text(List<Integer> tokens) {
    return tokens.stream().map(known::get).collect(Collectors.joining(" "));
  }
}
