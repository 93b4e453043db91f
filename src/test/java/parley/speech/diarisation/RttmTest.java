package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RttmTest {
  @Test
  void writesALineForEachTurn() {
    assertThat(
            Rttm.of(
                "board meeting", List.of(new SpeakerTurn(0.5, 2, "S1"), new SpeakerTurn(1.75, 3, "S2"))))
        .isEqualTo(
            """
            SPEAKER board_meeting 1 0.500 1.500 <NA> <NA> S1 <NA> <NA>
            SPEAKER board_meeting 1 1.750 1.250 <NA> <NA> S2 <NA> <NA>
            """);
  }
}
