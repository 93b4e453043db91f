package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StretchCutterTest {
  @Test
  void followsSpeechUntilItIsClearlyOver() {
    assertThat(StretchCutter.hysteresis(new float[] {0.5f, 0.6f, 0.5f, 0.4f, 0.5f, 0.2f}))
        .containsExactly(true, true, true, false, false, false);
  }

  @Test
  void cutsLongSpeechIntoEvenStretches() {
    float[] activity = activity(600, 0, 590);
    List<Stretch> stretches = StretchCutter.cut(section(activity));
    assertThat(stretches).hasSize(3);
    assertThat(stretches).allSatisfy(s -> assertThat(s.secondsAlone()).isBetween(3.2, 3.4));
    assertThat(stretches.getFirst().start()).isEqualTo(1000);
    assertThat(stretches.getLast().end()).isEqualTo(1590);
  }

  @Test
  void keepsApartWhatIsSaidAtTheSameTime() {
    List<Stretch> stretches =
        StretchCutter.cut(section(activity(300, 0, 200), activity(300, 100, 290)));
    assertThat(stretches).hasSize(2);
    assertThat(stretches.get(0).alone()).containsExactly(new FrameRange(1000, 1100));
    assertThat(stretches.get(1).alone()).containsExactly(new FrameRange(1200, 1290));
  }

  @Test
  void embedsTogetherWhatABriefPauseInterrupts() {
    float[] activity = activity(300, 0, 50);
    Arrays.fill(activity, 70, 120, 1);
    assertThat(StretchCutter.cut(section(activity))).hasSize(1);
    Arrays.fill(activity, 170, 220, 1);
    assertThat(StretchCutter.cut(section(activity))).hasSize(2);
  }

  private static float[] activity(int frames, int from, int until) {
    float[] activity = new float[frames];
    Arrays.fill(activity, from, until, 0.9f);
    return activity;
  }

  private static Section section(float[]... tracks) {
    List<Section.Track> all = new java.util.ArrayList<>();
    for (float[] track : tracks) {
      all.add(new Section.Track(all.size(), track));
    }
    return new Section(1000, all);
  }
}
