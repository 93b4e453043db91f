package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.speech.transcript.Segment;

class PromptContextTest {
  private static final int RATE = VoiceActivity.SAMPLE_RATE;

  private final PromptContext context = new PromptContext(DecodingOptions.PLAIN);

  @Test
  void hearsAPieceAsTheEndOfWhatWasWrittenBefore() {
    context.add(piece(10, 2, 0.1f), List.of(segment(10.5, 11.5, 1000, 1001)));
    Window window = context.before(piece(13, 1, 0.2f));

    assertThat(window.from()).isEqualTo(-3);
    assertThat(window.samples()).hasSize(4 * RATE);
    assertThat(window.samples()[2 * RATE - 1]).isEqualTo(0.1f);
    assertThat(window.samples()[2 * RATE]).isZero();
    assertThat(window.samples()[3 * RATE]).isEqualTo(0.2f);
    assertThat(window.prefix())
        .containsExactly(Vocabulary.timestamp(0.5), 1000, 1001, Vocabulary.timestamp(1.5));
  }

  @Test
  void keepsAWindowOfTwelveSeconds() {
    context.add(piece(0, 5, 0.1f), List.of(segment(0, 5, 1)));
    context.add(piece(5, 5, 0.1f), List.of(segment(5, 10, 2)));

    Window window = context.before(piece(10, 3, 0.1f));
    assertThat(window.from()).isEqualTo(-5);
    assertThat(window.prefix()).contains(2).doesNotContain(1);
  }

  @Test
  void forgetsWhatWasSaidLongAgo() {
    context.add(piece(0, 2, 0.1f), List.of(segment(0, 2, 1)));
    assertHearsAlone(piece(6, 1, 0.1f));
  }

  @Test
  void forgetsAllWhenSpeechBecameNoWords() {
    context.add(piece(0, 2, 0.1f), List.of(segment(0, 2, 1)));
    context.add(piece(2, 1, 0.1f), List.of());
    assertHearsAlone(piece(3, 1, 0.1f));
  }

  @Test
  void forgetsWordsThatAreNotWhispersOwn() {
    context.add(piece(0, 2, 0.1f), List.of(segment(0, 2)));
    assertHearsAlone(piece(2, 1, 0.1f));
  }

  @Test
  void leavesTheDecoderRoomForThePieceItself() {
    Integer[] many = Collections.nCopies(100, 7).toArray(Integer[]::new);
    context.add(piece(0, 2, 0.1f), List.of(segment(0, 2, many)));
    context.add(piece(2, 2, 0.1f), List.of(segment(2, 4, many)));

    Window window = context.before(piece(4, 2, 0.1f));
    assertThat(window.prefix()).hasSize(102);
    assertThat(window.from()).isEqualTo(-2);
  }

  private void assertHearsAlone(Piece piece) {
    Window window = context.before(piece);
    assertThat(window.from()).isZero();
    assertThat(window.prefix()).isEmpty();
    assertThat(window.samples()).isEqualTo(piece.samplesFrom(0));
  }

  private static Piece piece(int start, int seconds, float level) {
    float[] samples = new float[seconds * RATE];
    Arrays.fill(samples, level);
    return new Piece((long) start * RATE, samples, List.of(new Piece.Span(0, seconds)));
  }

  private static Segment segment(double start, double end, Integer... tokens) {
    return new Segment(start, end, "words", List.of(), List.of(tokens), null);
  }
}
