package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnWriterTest {
  private final List<Stretch> stretches = new ArrayList<>();
  private final List<Integer> speakers = new ArrayList<>();

  @Test
  void aTurnLastsThroughAPauseInWhichNobodyElseSpeaks() {
    say(0, 1, 2);
    say(0, 3, 4);
    say(0, 6, 7);
    assertThat(turns()).extracting(SpeakerTurn::label).containsExactly("S1", "S1");
    assertThat(turns().getFirst().end()).isCloseTo(4.15, within(0.05));
  }

  @Test
  void aTurnEndsWhereSomebodyElseTakesOver() {
    say(0, 1, 2);
    say(1, 2.2, 2.8);
    say(0, 3, 4);
    assertThat(turns()).extracting(SpeakerTurn::label).containsExactly("S1", "S2", "S1");
    // The silence between two turns is shared.
    assertThat(turns().get(0).end()).isLessThanOrEqualTo(turns().get(1).start() + 0.01);
  }

  @Test
  void turnsOfPeopleWhoSpeakAtOnceOverlap() {
    say(0, 1, 5);
    say(1, 3, 6);
    assertThat(turns()).hasSize(2);
    assertThat(turns().get(1).start()).isCloseTo(3, within(0.1));
    assertThat(turns().get(0).end()).isCloseTo(5, within(0.1));
  }

  @Test
  void noTurnLeavesTheRecording() {
    say(0, 0.02, 9.99);
    SpeakerTurn turn = turns().getFirst();
    assertThat(turn.start()).isGreaterThanOrEqualTo(0);
    assertThat(turn.end()).isLessThanOrEqualTo(10);
  }

  private void say(int speaker, double start, double end) {
    FrameRange range = new FrameRange(Activity.frames(start), Activity.frames(end));
    stretches.add(new Stretch(0, List.of(range), List.of(range)));
    speakers.add(speaker);
  }

  private List<SpeakerTurn> turns() {
    return TurnWriter.turns(
        stretches, speakers.stream().mapToInt(Integer::intValue).toArray(), 10);
  }
}
