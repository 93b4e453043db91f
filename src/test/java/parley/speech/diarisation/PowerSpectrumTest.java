package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PowerSpectrumTest {
  @Test
  void isWhatTheDefinitionSays() {
    Random random = new Random(3);
    float[] samples = new float[400];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = random.nextFloat() - 0.5f;
    }
    float[] power = new PowerSpectrum().of(samples);
    assertThat(power).hasSize(257);
    for (int bin = 0; bin < power.length; bin++) {
      double real = 0;
      double imaginary = 0;
      for (int i = 0; i < samples.length; i++) {
        real += samples[i] * Math.cos(2 * Math.PI * bin * i / 512);
        imaginary -= samples[i] * Math.sin(2 * Math.PI * bin * i / 512);
      }
      float expected = (float) (real * real + imaginary * imaginary);
      assertThat(power[bin]).isCloseTo(expected, within(1e-3f * (1 + expected)));
    }
  }
}
