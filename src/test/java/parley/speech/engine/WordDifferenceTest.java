package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordDifferenceTest {
  @Test
  void findsWordsThatAreExchangedMissingOrAdded() {
    assertThat(differences("a grain or two perhaps is good", "a grain or tube is very good"))
        .containsExactly(new WordDifference(3, 5, 3, 4), new WordDifference(6, 6, 5, 6));
  }

  @Test
  void findsDifferencesAtBothEnds() {
    assertThat(differences("so he said", "he said it"))
        .containsExactly(new WordDifference(0, 1, 0, 0), new WordDifference(3, 3, 2, 3));
  }

  @Test
  void findsNoneInTheSameText() {
    assertThat(differences("he said", "he said")).isEmpty();
  }

  private static List<WordDifference> differences(String text, String other) {
    return WordDifference.between(List.of(text.split(" ")), List.of(other.split(" ")));
  }
}
