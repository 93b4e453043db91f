package parley.speech.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpeechOptionsTest {
  @Test
  void keepTheEndOfALongPromptAndNoHalfOfACharacter() {
    assertThat(prompt("short")).isEqualTo("short");
    assertThat(prompt("a".repeat(3_000) + "end")).hasSize(2_000).endsWith("aend");
    assertThat(prompt("\uD83D\uDE00" + "a".repeat(1_999))).isEqualTo("a".repeat(1_999));
  }

  private static String prompt(String text) {
    return String.valueOf(new SpeechOptions(null, null, null, Keyterms.NONE, text).prompt());
  }
}
