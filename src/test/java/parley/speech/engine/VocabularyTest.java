package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
  @TempDir Path folder;

  @Test
  void joinsCharactersThatAreSplitOverTokens() throws IOException {
    byte[] umlaut = "ü".getBytes(StandardCharsets.UTF_8);
    Vocabulary vocabulary =
        vocabulary(
            " f".getBytes(StandardCharsets.UTF_8),
            new byte[] {umlaut[0]},
            new byte[] {umlaut[1]},
            "r".getBytes(StandardCharsets.UTF_8),
            " ja,".getBytes(StandardCharsets.UTF_8));
    assertThat(vocabulary.text(List.of(0, 1, 2, 3, 4))).isEqualTo(" für ja,");
    assertThat(vocabulary.words(List.of(0, 1, 2, 3, 4), true))
        .containsExactly(List.of(0, 1, 2, 3), List.of(4));
    assertThat(vocabulary.words(List.of(3, 1, 2, 3), false))
        .containsExactly(List.of(3), List.of(1, 2), List.of(3));
  }

  @Test
  void readsTokensLongerThanOneByteCanCount() throws IOException {
    byte[] spaces = " ".repeat(300).getBytes(StandardCharsets.UTF_8);
    assertThat(vocabulary(spaces).text(List.of(0))).hasSize(300);
  }

  @Test
  void writesNothingForSignsAndTimes() throws IOException {
    Vocabulary vocabulary = vocabulary("a".getBytes(StandardCharsets.UTF_8));
    int time = Vocabulary.FIRST_TIMESTAMP + 5;
    assertThat(vocabulary.text(List.of(Vocabulary.TRANSCRIBE, 0, time))).isEqualTo("a");
    assertThat(Vocabulary.isTimestamp(time)).isTrue();
    assertThat(Vocabulary.secondsOf(time)).isEqualTo(0.1);
  }

  private Vocabulary vocabulary(byte[]... tokens) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] token : tokens) {
      if (token.length < 128) {
        content.write(token.length);
      } else {
        content.write(token.length % 128 + 128);
        content.write(token.length / 128);
      }
      content.writeBytes(token);
    }
    Path pieces = Files.write(folder.resolve("pieces"), content.toByteArray());
    return Vocabulary.read(pieces, Files.writeString(folder.resolve("suppressed"), "1 2 7"));
  }
}
