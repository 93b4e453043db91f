package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SpeechSegmenterTest {
  private static final double FRAME_SECONDS = 0.032;

  /// How loud a pause is, where speech is 1.
  private static final float QUIET = 1e-3f;

  private final List<Piece> found = new ArrayList<>();
  private final SpeechSegmenter segmenter = new SpeechSegmenter(Segmentation.FILES, found::add);

  @Test
  void findsNothingInSilence() {
    add(60, 0.01f);
    segmenter.finish();
    assertThat(found).isEmpty();
  }

  @Test
  void ignoresAClick() {
    add(1, 0.01f);
    add(0.1, 0.9f);
    add(3, 0.01f);
    segmenter.finish();
    assertThat(found).isEmpty();
  }

  @Test
  void givesThePieceAMarginOfSilence() {
    add(2, 0.01f);
    add(4, 0.9f);
    add(3, 0.01f);
    assertThat(found).hasSize(1);
    Piece piece = found.getFirst();
    assertThat(piece.startSeconds()).isCloseTo(2 - 0.32, within(0.04));
    assertThat(piece.seconds()).isCloseTo(4 + 0.64, within(0.07));
    assertThat(piece.speech()).hasSize(1);
    assertThat(piece.speech().getFirst().start()).isCloseTo(0.32, within(0.01));
    assertThat(piece.speech().getFirst().length()).isCloseTo(4, within(0.07));
  }

  @Test
  void takesInALoudVoiceThatTheModelIsNotSureOf() {
    add(2, 0.01f);
    add(0.7, 0.3f);
    add(4, 0.9f);
    add(0.6, 0.2f);
    add(3, 0.01f);
    assertThat(found).hasSize(1);
    Piece piece = found.getFirst();
    assertThat(piece.startSeconds()).isBetween(1.7, 2.0);
    assertThat(piece.startSeconds() + piece.seconds()).isBetween(7.3, 7.6);
    assertThat(piece.speech().getFirst().length()).isCloseTo(4, within(0.07));
  }

  @Test
  void keepsSentencesWithShortPausesTogether() {
    for (int sentence = 0; sentence < 5; sentence++) {
      add(3, 0.9f);
      add(1, 0.01f);
    }
    segmenter.finish();
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().speech()).hasSize(5);
  }

  @Test
  void cutsInAnotherWayWhenTold() {
    segmenter.cut(Segmentation.LOW_LATENCY);
    add(3, 0.9f);
    add(0.5, 0.01f);
    assertThat(found).hasSize(1);

    segmenter.cut(Segmentation.RELAXED);
    add(3, 0.9f);
    add(0.5, 0.01f);
    add(6, 0.9f);
    assertThat(found).hasSize(1);

    segmenter.cut(Segmentation.LOW_LATENCY);
    add(0.1, 0.9f);
    assertThat(found).as("the growing piece is too long at once").hasSize(2);
    assertThat(found.getLast().seconds()).isCloseTo(3 + 0.32, within(0.4));
  }

  @Test
  void separatesWhatALongPauseSeparates() {
    add(3, 0.9f);
    add(5, 0.01f);
    add(3, 0.9f);
    segmenter.finish();
    assertThat(found).hasSize(2);
  }

  @Test
  void cutsALongSpeechInItsLongestPause() {
    add(12, 0.9f);
    add(1.2, 0.01f);
    add(5, 0.9f);
    add(0.5, 0.01f);
    add(20, 0.9f);
    segmenter.finish();
    assertThat(found).hasSizeGreaterThan(1);
    assertThat(found.get(0).seconds()).isCloseTo(12.32, within(0.1));
    assertNothingIsLost(12 + 5 + 20);
  }

  @Test
  void cutsASpeechWithoutPausesWhereItIsQuietest() {
    add(20, 0.95f);
    add(0.2, 0.6f);
    add(30, 0.95f);
    segmenter.finish();
    assertThat(found.getFirst().seconds()).isCloseTo(20.1, within(0.2));
    assertNothingIsLost(50.2);
    for (int i = 1; i < found.size(); i++) {
      Piece before = found.get(i - 1);
      assertThat(found.get(i).startSeconds())
          .isCloseTo(before.startSeconds() + before.seconds(), within(0.001));
    }
  }

  @Property(tries = 200)
  void losesNoSpeechAndKeepsEveryPieceShort(
      @ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = 0.4, max = 45) Double> lengths) {
    List<Piece> cut = new ArrayList<>();
    SpeechSegmenter stream = new SpeechSegmenter(Segmentation.FILES, cut::add);
    double spoken = 0;
    int frame = 0;
    for (int i = 0; i < lengths.size(); i++) {
      boolean speech = i % 2 == 0;
      int count = (int) Math.round(lengths.get(i) / FRAME_SECONDS);
      spoken += speech ? count * FRAME_SECONDS : 0;
      for (int j = 0; j < count; j++, frame++) {
        stream.add(new float[] {speech ? frame : frame * QUIET}, 0, speech ? 0.9f : 0.01f);
      }
    }
    stream.finish();
    double heard = 0;
    double last = 0;
    for (Piece piece : cut) {
      assertThat(piece.seconds()).isLessThan(29);
      assertThat(piece.startSeconds()).isGreaterThanOrEqualTo(last - 0.65);
      // Each frame begins with its own number: the sound in the piece is the sound of its time.
      long first = Math.round(piece.startSeconds() / FRAME_SECONDS);
      assertThat(piece.samplesFrom(0)[0]).isIn((float) first, first * QUIET);
      for (Piece.Span span : piece.speech()) {
        assertThat(span.start()).isGreaterThanOrEqualTo(0);
        assertThat(span.end()).isLessThanOrEqualTo(piece.seconds() + 0.001);
        heard += span.length();
      }
      last = piece.startSeconds() + piece.seconds();
    }
    assertThat(heard).isCloseTo(spoken, within(0.01));
  }

  private void add(double seconds, float probability) {
    for (int i = 0; i < Math.round(seconds / FRAME_SECONDS); i++) {
      segmenter.add(new float[] {probability < 0.1 ? QUIET : 1}, 0, probability);
    }
  }

  private void assertNothingIsLost(double spoken) {
    double heard =
        found.stream()
            .flatMap(piece -> piece.speech().stream())
            .mapToDouble(Piece.Span::length)
            .sum();
    assertThat(heard).isCloseTo(spoken, within(0.2));
  }
}
