package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GreedyDecoderTest {
  private static final int TIMES = 20_000;

  @Test
  void drawsByTheProbabilities() {
    float[] logits = {(float) Math.log(0.7), Float.NEGATIVE_INFINITY, (float) Math.log(0.3)};
    assertThat(shares(logits, 1)).containsExactly(new double[] {0.7, 0, 0.3}, within(0.02));
  }

  @Test
  void prefersWhatIsLikelyWhenItIsCooler() {
    float[] logits = {(float) Math.log(0.7), Float.NEGATIVE_INFINITY, (float) Math.log(0.3)};
    // Squares of the probabilities, over their sum.
    double likely = 0.49 / 0.58;
    assertThat(shares(logits, 0.5))
        .containsExactly(new double[] {likely, 0, 1 - likely}, within(0.02));
  }

  private static double[] shares(float[] logits, double temperature) {
    SplittableRandom chance = new SplittableRandom(7);
    double[] shares = new double[logits.length];
    for (int i = 0; i < TIMES; i++) {
      shares[GreedyDecoder.sample(logits, temperature, chance)] += 1.0 / TIMES;
    }
    return shares;
  }
}
