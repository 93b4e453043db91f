package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.problem.ServiceUnavailable;
import parley.speech.diarisation.DiarisationEngine;
import parley.speech.diarisation.SpeakerCount;
import parley.speech.engine.SpeechEngine;
import parley.testing.Eventually;
import parley.testing.SharedModels;

@Tag("slow")
class SpeakerDiarisationTest {
  @Test
  void isOutOfOrderOnceItsModelsFail() throws Exception {
    try (SpeechEngine engine = SharedModels.recogniser()) {
      DiarisationEngine voices = DiarisationEngine.load(Path.of("models"), 1);
      voices.close();
      SpeakerDiarisation diarisation =
          new SpeakerDiarisation(() -> voices, () -> engine, Recordings.decoder());
      assertThat(diarisation.health().fault()).isEmpty();

      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() ->
              diarisation.diarise(Path.of("examples/jfk.flac"), SpeakerCount.ANY, share -> {}))
          .satisfies(failed -> assertThat(ServiceUnavailable.findIn(failed)).isPresent());

      Eventually.holds("it knows", () -> diarisation.health().fault().isPresent());
      diarisation.health().close();
    }
  }
}
