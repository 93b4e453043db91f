package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PowersetTest {
  @Test
  void aVoiceIsAsLikelyAsTheClassesThatItIsInTogether() {
    float[] logarithms = new float[7];
    double[] probabilities = {0.1, 0.2, 0.05, 0.05, 0.3, 0.1, 0.2};
    for (int i = 0; i < logarithms.length; i++) {
      // The network may give any multiple of the probabilities.
      logarithms[i] = (float) Math.log(probabilities[i] * 40);
    }
    float[] voices = Powerset.probabilities(logarithms);
    assertThat(voices[0]).isCloseTo(0.2f + 0.3f + 0.1f, within(1e-6f));
    assertThat(voices[1]).isCloseTo(0.05f + 0.3f + 0.2f, within(1e-6f));
    assertThat(voices[2]).isCloseTo(0.05f + 0.1f + 0.2f, within(1e-6f));
  }
}
