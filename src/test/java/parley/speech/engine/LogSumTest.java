package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LogSumTest {
  @Test
  void agreesWithTheExactSum() {
    Random random = new Random(3);
    for (double spread : new double[] {0.1, 1, 5, 20}) {
      float[] values = new float[5000];
      double exact = 0;
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (spread * random.nextGaussian());
        exact += i < 10 || i >= 4990 ? 0 : Math.exp(values[i]);
      }
      assertThat(LogSum.of(values, 10, 4990)).isCloseTo((float) Math.log(exact), within(1e-3f));
    }
  }

  @Test
  void leavesOutWhatIsForbidden() {
    float none = Float.NEGATIVE_INFINITY;
    assertThat(LogSum.of(new float[] {none, 2, none}, 0, 3)).isCloseTo(2f, within(1e-6f));
    assertThat(LogSum.of(new float[] {none, none}, 0, 2)).isEqualTo(none);
  }
}
