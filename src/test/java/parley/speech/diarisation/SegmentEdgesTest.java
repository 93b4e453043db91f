package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Word;

class SegmentEdgesTest {
  private static final List<SpeakerTurn> TURNS =
      List.of(new SpeakerTurn(1, 5, "S1"), new SpeakerTurn(5.5, 9, "S2"));

  @Test
  void aSegmentBeginsAndEndsWithItsTurn() {
    assertThat(SegmentEdges.follow(List.of(said(0.7, 4.6, "S1")), TURNS))
        .containsExactly(said(1, 5, "S1"));
  }

  @Test
  void betweenTwoSegmentsOfATurnThereIsNoGap() {
    assertThat(
            SegmentEdges.follow(
                List.of(said(1.2, 2.5, "S1"), said(3, 4.8, "S1"), said(5.6, 8.7, "S2")), TURNS))
        .containsExactly(said(1, 3, "S1"), said(3, 5, "S1"), said(5.5, 9, "S2"));
  }

  @Test
  void wordsStayWithinTheirSegment() {
    Segment segment =
        new Segment(0.7, 4.6, "so", List.of(new Word(0.7, 4.6, "so")), List.of(), null);
    assertThat(
            SegmentEdges.follow(List.of(new AttributedSegment(segment, "S1")), TURNS)
                .getFirst()
                .segment()
                .words())
        .containsExactly(new Word(1, 4.6, "so"));
  }

  @Test
  void anEdgeFarFromThatOfTheTurnStays() {
    assertThat(SegmentEdges.follow(List.of(said(5.7, 7, "S2")), TURNS))
        .containsExactly(said(5.5, 7, "S2"));
  }

  @Test
  void whatIsInNoTurnOfItsSpeakerStays() {
    List<AttributedSegment> parts = List.of(said(10, 11, "S1"), said(12, 13, null));
    assertThat(SegmentEdges.follow(parts, TURNS)).isEqualTo(parts);
  }

  private static AttributedSegment said(double start, double end, @Nullable String speaker) {
    return new AttributedSegment(
        new Segment(start, end, "so", List.of(), List.of(), null), speaker);
  }
}
