package parley.speech.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.problem.Problem;
import parley.problem.ProblemCode;

class LanguagesTest {
  @ParameterizedTest
  @CsvSource({
    "en, en",
    "DE, de",
    "pt-BR, pt",
    "zh_Hant, zh",
    "zh-Hans-CN, zh",
    "' nl ', nl",
    "jw, jv",
    "nb, no",
    "eng, en",
    "ENG, en",
    "deu, de",
    "ger, de",
    "fra-CA, fr",
    "chi, zh",
    "cmn, zh",
    "haw, haw",
    "english, en",
    "German, de",
    "Haitian Creole, ht",
    "castilian, es",
    "Myanmar, my"
  })
  void understandsAHint(String hint, String code) {
    assertThat(Languages.code(Languages.indexOf(hint))).isEqualTo(code);
  }

  @Test
  void takesSilenceAsNoHint() {
    assertThat(Languages.indexOf(null)).isEqualTo(-1);
    assertThat(Languages.indexOf("  ")).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "Auto", "detect", "multi", "und", "mul"})
  void detectsWhenAskedTo(String hint) {
    assertThat(Languages.indexOf(hint)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xx", "englisch!", "xyz", "-", "ＥＮ"})
  void refusesWhatItDoesNotKnow(String hint) {
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> Languages.indexOf(hint))
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.VALIDATION));
  }

  @Test
  void knowsTheNinetyNineLanguagesOfTheModel() {
    assertThat(Languages.count()).isEqualTo(99);
    assertThat(Languages.code(98)).isEqualTo("su");
  }
}
