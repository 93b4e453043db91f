package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameLevelsTest {
  private final FrameLevels levels = new FrameLevels();

  @Test
  void levelsAreThoseOfTheFramesOfTheSegmentation() {
    take(Activity.sample(0), 0);
    take(10 * Activity.FRAME, 0.1f);
    take(10 * Activity.FRAME, 0.01f);
    assertThat(levels.frames()).isEqualTo(20);
    assertThat(levels.level(9)).isEqualTo(-20);
    assertThat(levels.level(10)).isEqualTo(-40);
  }

  @Test
  void silenceIsTheNoiseFloorOfARecordingThatHasSome() {
    assertThat(levels.noiseFloor()).isLessThan(-120);
    take(100 * Activity.FRAME, 0.1f);
    assertThat(levels.noiseFloor()).isEqualTo(-20);
    take(10 * Activity.FRAME, 0);
    assertThat(levels.noiseFloor()).isLessThan(-120);
  }

  @Test
  void speechIsComparedWithItsPauses() {
    take(100 * Activity.FRAME, 0.1f);
    take(100 * Activity.FRAME, 0.01f);
    List<FrameRange> speech = List.of(new FrameRange(0, 95));
    assertThat(levels.aboveMedianPause(speech, 10, 20)).isCloseTo(20, within(0.5));
  }

  @Test
  void nothingIsKnownOfNoiseWithoutPausesOrIfTheyAreLouderThanSpeech() {
    take(100 * Activity.FRAME, 0.1f);
    assertThat(levels.aboveMedianPause(List.of(new FrameRange(0, 99)), 0, 20)).isNaN();
    assertThat(levels.aboveMedianPause(List.of(), 0, 20)).isNaN();
    take(100 * Activity.FRAME, 0.5f);
    assertThat(levels.aboveMedianPause(List.of(new FrameRange(0, 95)), 0, 20)).isNaN();
  }

  private void take(int count, float amplitude) {
    float[] samples = new float[count];
    Arrays.fill(samples, amplitude);
    levels.take(samples, 0, count);
  }
}
