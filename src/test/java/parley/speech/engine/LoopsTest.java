package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "no no no no no no I do not",
        "Row one: empty, empty, empty, empty, empty. Row two: full.",
        "We want bread! We want bread! We want bread! We want bread!"
      })
  void keepsRepeatsThatTookTheirTime(String text) {
    assertThat(kept(text, 0.3)).isEqualTo(text);
  }

  @Test
  void dropsTheRepeatsForWhichThereIsNoSound() {
    List<String> words = List.of("Stop,", "stop,", "stop,", "stop,", "stop,", "stop,", "stop.");
    double[] lengths = {0.6, 0.5, 0.7, 0.02, 0, 0, 0};
    BitSet unsaid = Loops.withoutLength(words, lengths);
    assertThat(unsaid.stream().boxed()).containsExactly(3, 4, 5, 6);
  }

  @Test
  void dropsASentenceThatComesOnceMoreInNoTime() {
    List<String> words = List.of("Ask", "your", "country.", "Ask", "your", "country.");
    double[] lengths = {0.3, 0.2, 0.6, 0.02, 0, 0.02};
    BitSet unsaid = Loops.withoutLength(words, lengths);
    assertThat(unsaid.stream().boxed()).containsExactly(3, 4, 5);
  }

  @Test
  void keepsAShortWordThatIsSaidTwiceHoweverFast() {
    assertThat(kept("I think that that is it", 0.02)).isEqualTo("I think that that is it");
  }

  @ParameterizedTest
  @CsvSource({"0.5, true", "1, true", "10, false"})
  void tellsALoopFromAChantByTheTimeItTook(double seconds, boolean loop) {
    assertThat(Loops.isLoop("We want bread! ".repeat(8), seconds)).isEqualTo(loop);
  }

  private static String kept(String text, double wordLength) {
    List<String> words = List.of(text.split(" "));
    double[] lengths = new double[words.size()];
    Arrays.fill(lengths, wordLength);
    BitSet unsaid = Loops.withoutLength(words, lengths);
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < words.size(); i++) {
      kept.append(unsaid.get(i) ? "" : words.get(i) + " ");
    }
    return kept.toString().strip();
  }
}
