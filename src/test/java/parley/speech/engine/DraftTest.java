package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DraftTest {
  private final Draft draft = new Draft(List.of(1, 2, 3, 4, 5, 6));

  @Test
  void guessesTheWholeTextAtFirst() {
    assertThat(draft.continuation()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void guessesTheRestWhileTheTextFollowsIt() {
    follow(1, 2);

    assertThat(draft.continuation()).containsExactly(3, 4, 5, 6);
  }

  @Test
  void guessesNothingWhereTheTextsPart() {
    follow(1, 9);

    assertThat(draft.continuation()).isEmpty();
  }

  @Test
  void goesOnAfterAnotherTokenInPlaceOfOne() {
    follow(1, 9, 3);

    assertThat(draft.continuation()).containsExactly(4, 5, 6);
  }

  @Test
  void goesOnAfterTokensThatAreMissing() {
    follow(1, 4);

    assertThat(draft.continuation()).containsExactly(5, 6);
  }

  @Test
  void goesOnAfterTokensThatAreAdded() {
    follow(1, 9, 8, 7, 2);

    assertThat(draft.continuation()).containsExactly(3, 4, 5, 6);
  }

  @Test
  void guessesNothingAfterItsEnd() {
    follow(1, 2, 3, 4, 5, 6, 7);

    assertThat(draft.continuation()).isEmpty();
  }

  private void follow(int... tokens) {
    for (int token : tokens) {
      draft.follow(token);
    }
  }
}
