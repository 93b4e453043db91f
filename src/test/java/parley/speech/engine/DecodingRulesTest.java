package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DecodingRulesTest {
  private static final int WORD = 1000;
  private static final int TIME = Vocabulary.FIRST_TIMESTAMP;
  private final float[] scores = new float[Vocabulary.SIZE];
  private DecodingRules rules;

  @BeforeEach
  void read() throws IOException {
    rules =
        new DecodingRules(
            Vocabulary.read(
                Path.of("models/whisper-base/vocabulary.bin"),
                Path.of("models/whisper-base/suppressed-tokens.txt")));
    // A word is far likelier than anything else, unless a rule speaks against it.
    scores[WORD] = 20;
  }

  @Test
  void beginsWithATimeInTheFirstSecond() {
    rules.apply(scores, List.of(), true);
    assertForbidden(WORD, Vocabulary.END_OF_TEXT, TIME + 51);
    assertAllowed(TIME, TIME + 50);
  }

  @Test
  void writesTextAfterTheFirstTime() {
    rules.apply(scores, List.of(TIME), true);
    assertForbidden(TIME, TIME + 100);
    assertAllowed(WORD);
  }

  @Test
  void beginsTheNextSegmentNoEarlierThanTheLastEnded() {
    scores[Vocabulary.END_OF_TEXT] = 15;
    rules.apply(scores, List.of(TIME, WORD, TIME + 100), true);
    assertForbidden(WORD, TIME + 99);
    assertAllowed(TIME + 100, TIME + 101, Vocabulary.END_OF_TEXT);
  }

  @Test
  void neverWritesAnEmptySegment() {
    rules.apply(scores, List.of(TIME, WORD, TIME + 100, TIME + 100, WORD), true);
    assertForbidden(TIME + 100);
    assertAllowed(TIME + 101, WORD);
  }

  @Test
  void takesATimeWhereAllTimesTogetherAreLikelierThanAnyWord() {
    for (int time = TIME; time < scores.length; time++) {
      scores[time] = 14;
    }
    rules.apply(scores, List.of(TIME, WORD), true);
    assertForbidden(WORD);
    assertAllowed(TIME + 1);
  }

  @Test
  void neverWritesTheSignsOfThePrompt() {
    rules.apply(scores, List.of(TIME), true);
    assertForbidden(
        Vocabulary.START_OF_TRANSCRIPT,
        Vocabulary.FIRST_LANGUAGE,
        Vocabulary.TRANSCRIBE,
        Vocabulary.NO_SPEECH,
        Vocabulary.WITHOUT_TIMESTAMPS);
  }

  @Test
  void givesProbabilitiesThatAddUpToOne() {
    float all = rules.apply(scores, List.of(TIME, WORD), true);
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp(score - all);
    }
    assertThat(sum).isCloseTo(1, within(0.001));
  }

  private void assertForbidden(int... tokens) {
    for (int token : tokens) {
      assertThat(scores[token]).as("token %d", token).isEqualTo(Float.NEGATIVE_INFINITY);
    }
  }

  private void assertAllowed(int... tokens) {
    for (int token : tokens) {
      assertThat(scores[token]).as("token %d", token).isFinite();
    }
  }
}
