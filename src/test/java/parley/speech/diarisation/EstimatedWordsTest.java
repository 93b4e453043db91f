package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Word;

class EstimatedWordsTest {
  private static final List<SpeakerTurn> TURNS =
      List.of(new SpeakerTurn(1, 3, "S1"), new SpeakerTurn(5, 7, "S2"));

  private static Segment segment(String text) {
    return new Segment(0, 8, text, List.of(), List.of(), null);
  }

  @Test
  void cutsTextWithoutWordTimesWhereTheSpeakerChanges() {
    Segment timed = EstimatedWords.of(segment("One two three. Four five six."), TURNS);

    List<AttributedSegment> parts = SpeakerAssignment.assign(List.of(timed), TURNS);

    assertThat(parts).extracting(AttributedSegment::speaker).containsExactly("S1", "S2");
    assertThat(parts)
        .extracting(part -> part.segment().text())
        .containsExactly("One two three.", "Four five six.");
    assertThat(parts.getFirst().segment().end()).isLessThanOrEqualTo(3);
    assertThat(parts.getLast().segment().start()).isGreaterThanOrEqualTo(5);
  }

  @Test
  void cutsLanguagesWithoutSpacesBetweenCharacters() {
    Segment timed = EstimatedWords.of(segment("今天天气很好"), TURNS);

    assertThat(SpeakerAssignment.assign(List.of(timed), TURNS))
        .extracting(part -> part.segment().text())
        .containsExactly("今天天", "气很好");
  }

  @Test
  void spreadsWordsOverTheWholeSegmentIfNobodyWasHeard() {
    assertThat(EstimatedWords.of(segment("one two"), List.of()).words())
        .containsExactly(new Word(0, 4, "one"), new Word(4, 8, "two"));
  }

  @Test
  void keepsWordTimesThatAreKnown() {
    Segment known = new Segment(0, 1, "one", List.of(new Word(0.2, 0.7, "one")), List.of(1), null);

    assertThat(EstimatedWords.of(known, TURNS)).isSameAs(known);
  }
}
