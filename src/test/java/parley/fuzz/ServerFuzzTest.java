package parley.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A slice of the long run that `./parley bench fuzz` makes.
@Tag("slow")
class ServerFuzzTest {
  @Test
  void answersHostileUploadsAndHeadersAndKeepsNothingOfThem() throws Exception {
    assertThat(ServerFuzz.run(1_000, 500, System.nanoTime()))
        .as("some of all kinds were answered")
        .contains("200:", "201:", "204:", "206:", "400:", "416:");
  }
}
