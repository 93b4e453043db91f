package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FourierTest {
  @Test
  void transformsEachOfSeveralSignalsAsTheDefinitionSays() {
    int signals = 3;
    Random random = new Random(7);
    Fourier fourier = new Fourier(signals);
    double[][] inputs = new double[signals][Fourier.LENGTH];
    for (int signal = 0; signal < signals; signal++) {
      for (int i = 0; i < Fourier.LENGTH; i++) {
        inputs[signal][i] = random.nextDouble() - 0.5;
        fourier.real()[i * signals + signal] = (float) inputs[signal][i];
        fourier.imaginary()[i * signals + signal] = 0;
      }
    }
    fourier.transform();
    for (int signal = 0; signal < signals; signal++) {
      for (int bin = 0; bin < Fourier.LENGTH; bin += 13) {
        double real = 0;
        double imaginary = 0;
        for (int i = 0; i < Fourier.LENGTH; i++) {
          double turn = -2 * Math.PI * bin * i / Fourier.LENGTH;
          real += inputs[signal][i] * Math.cos(turn);
          imaginary += inputs[signal][i] * Math.sin(turn);
        }
        assertThat(fourier.real()[bin * signals + signal]).isCloseTo((float) real, within(1e-3f));
        assertThat(fourier.imaginary()[bin * signals + signal])
            .isCloseTo((float) imaginary, within(1e-3f));
      }
    }
  }
}
