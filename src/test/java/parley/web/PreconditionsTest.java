package parley.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.testing.Fuzz;

class PreconditionsTest {
  private static final Preconditions FILE =
      new Preconditions("abc", Instant.parse("1994-11-06T08:49:37.25Z"));

  @Test
  void writesItsHeaders() {
    assertThat(FILE.entityTag()).isEqualTo("\"abc\"");
    assertThat(FILE.lastModifiedDate()).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"abc\"", "*", "\"x\", \"abc\"", "W/\"x\",\"abc\""})
  void passesIfMatchWhenAStrongTagMatches(String ifMatch) {
    assertThat(FILE.isFailed(ifMatch, null)).isFalse();
    assertThat(FILE.isFailed(ifMatch, "Sun, 06 Nov 1994 08:49:36 GMT")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"abd\"", "W/\"abc\"", "abc", "", "\"x\", W/\"abc\""})
  void failsIfMatchWhenNoStrongTagMatches(String ifMatch) {
    assertThat(FILE.isFailed(ifMatch, null)).isTrue();
    assertThat(FILE.isFailed(ifMatch, "Sun, 06 Nov 1994 08:49:37 GMT")).isTrue();
  }

  @Test
  void readsAListOfManyEmptyElementsInNoTime() {
    String list = "\"x\"" + ",".repeat(20_000) + "\"abc";
    assertThat(assertTimeout(Duration.ofSeconds(2), () -> FILE.isNotModified(list, null)))
        .isFalse();
  }

  @Test
  void failsIfUnmodifiedSinceWhenTheFileIsNewer() {
    assertThat(FILE.isFailed(null, "Sun, 06 Nov 1994 08:49:36 GMT")).isTrue();
    assertThat(FILE.isFailed(null, "Sun, 06 Nov 1994 08:49:37 GMT")).isFalse();
    assertThat(FILE.isFailed(null, "yesterday")).isFalse();
    assertThat(FILE.isFailed(null, null)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"abc\"", "W/\"abc\"", "*", "\"x\", \"abc\"", "W/\"a,b\",\t\"abc\"", ",\"abc\","})
  void isNotModifiedWhenATagMatches(String ifNoneMatch) {
    assertThat(FILE.isNotModified(ifNoneMatch, null)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"abd\"",
        "abc",
        "\"ABC\"",
        "\"abc",
        "w/\"abc\"",
        "",
        "W/",
        "\"a,\"abc\"",
        "**",
        "\"*\"",
        "'abc'"
      })
  void isModifiedWhenNoTagMatches(String ifNoneMatch) {
    assertThat(FILE.isNotModified(ifNoneMatch, "Sun, 06 Nov 2094 08:49:37 GMT")).isFalse();
  }

  @Test
  void usesTheDateWithoutATag() {
    assertThat(FILE.isNotModified(null, "Sun, 06 Nov 1994 08:49:37 GMT")).isTrue();
    assertThat(FILE.isNotModified(null, "Sunday, 06-Nov-94 08:49:38 GMT")).isTrue();
    assertThat(FILE.isNotModified(null, "Sun Nov  6 08:49:37 1994")).isTrue();
    assertThat(FILE.isNotModified(null, "Sun, 06 Nov 1994 08:49:36 GMT")).isFalse();
    assertThat(FILE.isNotModified(null, "yesterday")).isFalse();
    assertThat(FILE.isNotModified(null, null)).isFalse();
  }

  @Test
  void allowsARangeOnlyOfExactlyThisContent() {
    assertThat(FILE.allowsRange(null)).isTrue();
    assertThat(FILE.allowsRange("\"abc\"")).isTrue();
    assertThat(FILE.allowsRange("Sun, 06 Nov 1994 08:49:37 GMT")).isTrue();
    assertThat(FILE.allowsRange("W/\"abc\"")).isFalse();
    assertThat(FILE.allowsRange("\"abd\"")).isFalse();
    assertThat(FILE.allowsRange("*")).isFalse();
    assertThat(FILE.allowsRange("Sun, 06 Nov 1994 08:49:38 GMT")).isFalse();
    assertThat(FILE.allowsRange("")).isFalse();
  }

  @Test
  void handlesEveryHeader() {
    String[] pieces = {"W/", "\"", "abc", ",", " ", "*", "Sun, 06 Nov 1994", "08:49:37 GMT", "é"};
    Fuzz.repeat(
        5_000,
        random -> {
          StringBuilder header = new StringBuilder();
          for (int i = random.nextInt(10); i > 0; i--) {
            header.append(pieces[random.nextInt(pieces.length)]);
          }
          String text = header.toString();
          boolean names = text.contains("\"abc\"") || text.strip().equals("*");
          assertThat(!FILE.isNotModified(text, null) || names).isTrue();
          assertThat(!FILE.allowsRange(text) || names || text.contains("1994")).isTrue();
        });
  }
}
