package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogMelTest {
  private static final int BANDS = 80;
  private static final int COLUMNS = 60;
  private static float[] mel = {};

  /// Half a second of a rising tone and a steady one.
  @BeforeAll
  static void paint() {
    float[] sound = new float[8000];
    for (int i = 0; i < sound.length; i++) {
      double time = i / 16_000.0;
      sound[i] =
          (float)
              (0.5 * Math.sin(2 * Math.PI * (200 + 1500 * time) * time)
                  + 0.1 * Math.sin(2 * Math.PI * 3000 * time));
    }
    mel = picture(new LogMel(BANDS), sound, COLUMNS);
  }

  private static float[] picture(LogMel painter, float[] sound, int columns) {
    float[] picture = new float[BANDS * columns];
    painter.of(sound, columns).get(picture);
    return picture;
  }

  /// The values were computed with NumPy's FFT by the recipe of OpenAI's `audio.py`.
  @ParameterizedTest
  @CsvSource({
    "0, 0, 1.16825", "5, 0, 1.27769", "10, 10, 0.96477", "40, 25, -0.55305", "60, 49, -0.10751",
    "79, 30, -0.55305", "20, 50, 0.59982", "3, 55, -0.55305", "79, 59, -0.55305", "47, 1, -0.19514"
  })
  void paintsWhatTheReferencePaints(int band, int column, double expected) {
    assertThat(mel[band * COLUMNS + column]).isCloseTo((float) expected, within(0.001f));
  }

  @Test
  void paintsTheReferenceOnAverage() {
    double sum = 0;
    for (float value : mel) {
      sum += value;
    }
    assertThat(sum / mel.length).isCloseTo(-0.28745, within(0.0005));
  }

  @Test
  void paintsSilenceEvenly() {
    LogMel painter = new LogMel(BANDS);
    painter.of(new float[] {1, -1, 1}, 40);
    assertThat(picture(painter, new float[3200], 20)).as("whatever was before").containsOnly(-1.5f);
  }
}
