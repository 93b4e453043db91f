package parley.speech.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GrowingTextTest {
  private final GrowingText text = new GrowingText();

  @Test
  void sendsAgreedWordsOnceAndThenTheRest() {
    assertThat(text.agreed("And so")).isEqualTo("And so");
    assertThat(text.agreed("And so my fellow")).isEqualTo(" my fellow");
    assertThat(text.agreed("And so my fellow")).isEmpty();
    assertThat(text.settled("And so, my fellow Americans,")).isEqualTo(" Americans,");
    assertThat(text.settled("ask not")).isEqualTo(" ask not");
    assertThat(text.agreed("what your")).isEqualTo(" what your");
    assertThat(text.settled("What your country")).isEqualTo(" country");
    assertThat(text.transcript())
        .isEqualTo("And so, my fellow Americans, ask not What your country");
  }

  @Test
  void spreadsAgreedWordsOverSeveralFinalTexts() {
    assertThat(text.agreed("yes I see it now")).isEqualTo("yes I see it now");
    assertThat(text.settled("Yes.")).isEmpty();
    assertThat(text.settled("I see it now, I think.")).isEqualTo(" I think.");
  }

  @Test
  void neitherRepeatsNorLosesWordsWhereTheFinalTextDiffers() {
    assertThat(text.agreed("I scream for")).isEqualTo("I scream for");
    assertThat(text.settled("Ice cream for everybody")).isEqualTo(" everybody");
    assertThat(text.agreed("hell")).isEqualTo(" hell");
    assertThat(text.settled("Good morning")).isEqualTo(" Good morning");
  }

  @Test
  void countsCharactersWhereWordsHaveNoSpaces() {
    assertThat(text.agreed("今天天")).isEqualTo("今天天");
    assertThat(text.settled("今天天气很好。")).isEqualTo("气很好。");
  }
}
