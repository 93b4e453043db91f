package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.speech.transcript.Segment;
import parley.speech.transcript.Word;

class SpeakerAssignmentTest {
  @Test
  void cutsASegmentWhereTheSpeakerChanges() {
    Segment segment = segment("Are you there? Yes, I am.", 0, 0.5);
    List<AttributedSegment> attributed =
        SpeakerAssignment.assign(
            List.of(segment), List.of(turn(0, 1.55, "S1"), turn(1.5, 4, "S2")));
    assertThat(attributed)
        .extracting(a -> a.segment().text())
        .containsExactly("Are you there?", "Yes, I am.");
    assertThat(attributed).extracting(AttributedSegment::speaker).containsExactly("S1", "S2");
    assertThat(attributed.get(0).segment().end()).isEqualTo(1.5);
    assertThat(attributed.get(1).segment().start()).isEqualTo(1.5);
    assertThat(attributed.get(1).segment().words()).hasSize(3);
  }

  @Test
  void leavesAWordToTheOneWhoIsInterrupted() {
    Segment segment = segment("one two three four", 0, 0.5);
    assertThat(
            SpeakerAssignment.assign(
                List.of(segment), List.of(turn(0, 2, "S1"), turn(0.4, 1.1, "S2"))))
        .singleElement()
        .isEqualTo(new AttributedSegment(segment, "S1"));
  }

  @Test
  void takesAShortWordAmongAnothersForATimeThatIsWrong() {
    Segment segment = segment("one two three four five", 0, 0.2);
    assertThat(
            SpeakerAssignment.assign(
                List.of(segment),
                List.of(turn(0, 0.4, "S1"), turn(0.4, 0.6, "S2"), turn(0.6, 1, "S1"))))
        .singleElement()
        .isEqualTo(new AttributedSegment(segment, "S1"));
  }

  @Test
  void givesWordsOutsideOfAllTurnsToTheNearest() {
    Segment segment = segment("hello", 5, 0.5);
    assertThat(
            SpeakerAssignment.assign(
                List.of(segment), List.of(turn(0, 1, "S1"), turn(5.8, 7, "S2"))))
        .extracting(AttributedSegment::speaker)
        .containsExactly("S2");
  }

  @Test
  void knowsNobodyWithoutTurns() {
    Segment segment = segment("hello", 0, 0.5);
    assertThat(SpeakerAssignment.assign(List.of(segment), List.of()))
        .singleElement()
        .isEqualTo(new AttributedSegment(segment, null));
  }

  @Test
  void goesByTheLongestTurnWhereNoWordTimesAreKnown() {
    Segment segment = new Segment(0, 10, "no words", List.of(), List.of(), null);
    assertThat(
            SpeakerAssignment.assign(
                List.of(segment), List.of(turn(0, 3, "S1"), turn(3, 10, "S2"))))
        .extracting(AttributedSegment::speaker)
        .containsExactly("S2");
  }

  private static SpeakerTurn turn(double start, double end, String label) {
    return new SpeakerTurn(start, end, label);
  }

  private static Segment segment(String text, double start, double secondsPerWord) {
    List<Word> words = new ArrayList<>();
    for (String word : text.split(" ", -1)) {
      double at = start + words.size() * secondsPerWord;
      words.add(new Word(at, at + secondsPerWord, word));
    }
    return new Segment(start, words.getLast().end(), text, words, List.of(1), null);
  }
}
