package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AlignmentTest {
  /// Each token attends to twenty columns of its own, on a little noise.
  @Test
  void findsWhereTheAttentionOfEachTokenLies() {
    int tokens = 6;
    int columns = 150;
    float[][][] attention = new float[2][tokens][columns];
    for (float[][] head : attention) {
      for (int token = 0; token < tokens; token++) {
        for (int column = 0; column < columns; column++) {
          boolean own = column / 20 == token - 1;
          head[token][column] = own ? 0.05f : 0.001f + 0.0001f * ((column * 7 + token) % 5);
        }
      }
    }
    double[] times = Alignment.times(attention, 1, tokens, 100);
    assertThat(times).hasSize(6);
    for (int token = 0; token < 5; token++) {
      assertThat(times[token]).isCloseTo(token * 0.4, within(0.05));
    }
    assertThat(times[5]).isEqualTo(2.0);
  }
}
