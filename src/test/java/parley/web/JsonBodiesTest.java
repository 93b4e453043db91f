package parley.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.json.Json;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import tools.jackson.databind.JsonNode;

class JsonBodiesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\uDC00\"}",
        "{\"a\":\"\\ud83d\"}",
        "{\"a\":\"\\ud83d \\ude00\"}",
        "{\"a\":\"\\ude00\\ud83d\"}",
        "{\"a\":\"\\ud83d\\ud83d\\ude00\"}",
        "{\"a\":\"\\\\\\ud83d\"}",
        "{\"\\ud800\":1}",
      })
  void refusesUnpairedSurrogates(String json) {
    assertRefused(json.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\\ud83d\\ude00\"}",
        "{\"a\":\"\\uD83D\\uDE00\\\\ud800\"}",
        "{\"a\":\"\\\\ud800\"}",
        "{\"a\":\"😀 é \\u00e9 \\n\"}",
      })
  void readsEveryCharacterInEveryNotation(String json) {
    JsonText text = JsonText.of(json.getBytes(StandardCharsets.UTF_8));
    assertThat(Json.readBody(text.text(), JsonNode.class).has("a")).isTrue();
  }

  @Test
  void refusesWhatIsNotUtf8() {
    // An encoded surrogate; a truncated character; Latin-1; UTF-16.
    assertRefused(new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'});
    assertRefused(new byte[] {'"', (byte) 0xC3, '"'});
    assertRefused("{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> read("{\"a\":1}".getBytes(StandardCharsets.UTF_16)))
        .isInstanceOf(Problem.class);
  }

  @Test
  void refusesExcessiveNestingAndEndlessNumbers() {
    assertRefused(("[".repeat(101) + "]".repeat(101)).getBytes(StandardCharsets.UTF_8));
    assertRefused(("{\"a\":" + "1".repeat(201) + "}").getBytes(StandardCharsets.UTF_8));
  }

  private static void read(byte[] body) {
    Json.readBody(JsonText.of(body).text(), JsonNode.class);
  }

  private static void assertRefused(byte[] body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.BAD_JSON));
  }
}
