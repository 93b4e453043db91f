package parley.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AcceptTest {
  private static final List<String> OFFERED = List.of("application/json", "text/plain", "text/vtt");

  @Test
  void choosesTheFirstOfferWithoutAPreference() {
    assertThat(Accept.choose(Optional.empty(), OFFERED)).contains("application/json");
    assertThat(choose("*/*")).contains("application/json");
    assertThat(choose("")).contains("application/json");
  }

  @Test
  void followsTheQualities() {
    assertThat(choose("text/plain;q=0.5, text/vtt")).contains("text/vtt");
    assertThat(choose("TEXT/VTT ; q=0.1, */*; q=0.01")).contains("text/vtt");
    assertThat(choose("text/*")).contains("text/plain");
  }

  @Test
  void prefersTheMoreSpecificRange() {
    assertThat(choose("text/*, text/plain;q=0")).contains("text/vtt");
    assertThat(choose("*/*, application/json;q=0")).contains("text/plain");
  }

  @Test
  void readsManySpacesInNoTime() {
    String header = "text/vtt" + " ".repeat(20_000) + "x";
    assertThat(assertTimeout(Duration.ofSeconds(2), () -> choose(header))).isEmpty();
  }

  @Test
  void choosesNothingIfNoOfferIsAcceptable() {
    assertThat(choose("image/png")).isEmpty();
    assertThat(choose("application/json;q=0")).isEmpty();
  }

  private static Optional<String> choose(String header) {
    return Accept.choose(Optional.of(header), OFFERED);
  }
}
