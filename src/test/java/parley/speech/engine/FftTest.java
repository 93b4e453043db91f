package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FftTest {
  @Test
  void transformsEachOfSeveralSignalsAsTheDefinitionSays() {
    int signals = 3;
    Random random = new Random(7);
    Fft fft = new Fft(signals);
    double[][] inputs = new double[signals][Fft.LENGTH];
    for (int signal = 0; signal < signals; signal++) {
      for (int i = 0; i < Fft.LENGTH; i++) {
        inputs[signal][i] = random.nextDouble() - 0.5;
        fft.real()[i * signals + signal] = (float) inputs[signal][i];
        fft.imaginary()[i * signals + signal] = 0;
      }
    }
    fft.transform();
    for (int signal = 0; signal < signals; signal++) {
      for (int bin = 0; bin < Fft.LENGTH; bin += 13) {
        double real = 0;
        double imaginary = 0;
        for (int i = 0; i < Fft.LENGTH; i++) {
          double turn = -2 * Math.PI * bin * i / Fft.LENGTH;
          real += inputs[signal][i] * Math.cos(turn);
          imaginary += inputs[signal][i] * Math.sin(turn);
        }
        assertThat(fft.real()[bin * signals + signal]).isCloseTo((float) real, within(1e-3f));
        assertThat(fft.imaginary()[bin * signals + signal])
            .isCloseTo((float) imaginary, within(1e-3f));
      }
    }
  }
}
