package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnWriterTest {
  private final List<Stretch> stretches = new ArrayList<>();
  private final List<Integer> speakers = new ArrayList<>();
  private final FrameLevels levels = new FrameLevels();

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

  @Test
  void aTurnBeginsAndEndsWithWhatCanBeHeard() {
    say(0, 3, 5);
    say(0, 8, 9);
    sound(10, time -> (time >= 2.7 && time < 4.9) || (time >= 8.1 && time < 9.3) ? 0.1f : 0);
    assertThat(turns().get(0).start()).isCloseTo(2.7, within(0.05));
    assertThat(turns().get(0).end()).isCloseTo(4.9, within(0.05));
    assertThat(turns().get(1).start()).isCloseTo(8.1, within(0.05));
    assertThat(turns().get(1).end()).isCloseTo(9.3, within(0.05));
  }

  @Test
  void theSoundBetweenTwoTurnsIsDividedWhereItIsQuietest() {
    say(0, 2, 4);
    say(1, 4.4, 6);
    sound(10, time -> time < 1 || time > 7 ? 0 : time > 4.25 && time < 4.3 ? 0.001f : 0.1f);
    assertThat(turns().get(0).end()).isCloseTo(4.26, within(0.05));
    assertThat(turns().get(1).start()).isCloseTo(4.3, within(0.05));
  }

  @Test
  void soundFarFromTheSpeechIsNotPartOfTheTurn() {
    say(0, 4, 5);
    sound(10, time -> (time > 3 && time < 3.4) || (time >= 4 && time < 5) ? 0.1f : 0);
    assertThat(turns().getFirst().start()).isCloseTo(4, within(0.05));
  }

  private void sound(double seconds, DoubleToFloat amplitude) {
    float[] samples = new float[(int) (seconds * 16_000)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = i % 2 == 0 ? amplitude.at(i / 16_000.0) : -amplitude.at(i / 16_000.0);
    }
    levels.take(samples, 0, samples.length);
  }

  private interface DoubleToFloat {
    float at(double time);
  }

  private void say(int speaker, double start, double end) {
    FrameRange range = new FrameRange(Activity.frames(start), Activity.frames(end));
    stretches.add(new Stretch(0, List.of(range), List.of(range)));
    speakers.add(speaker);
  }

  private List<SpeakerTurn> turns() {
    return TurnWriter.turns(
        stretches,
        speakers.stream().mapToInt(Integer::intValue).toArray(),
        10,
        levels,
        /* byTelephone= */ false);
  }
}
