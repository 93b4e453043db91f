package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no no no no no no | no",
        "and so and so and so and so I went | and so I went",
        "He said thank you. Thank you. Thank you. Thank you. Thank you. |" + " He said thank you.",
        "one two | one two"
      })
  void writesARepeatedPhraseOnce(String text, String expected) {
    assertThat(Loops.cut(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"never never never", "row row row your boat", "that that is is that that is not"})
  void leavesWhatPeopleSay(String text) {
    assertThat(Loops.cut(text)).isEqualTo(text);
  }
}
