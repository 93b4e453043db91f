package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrackStitcherTest {
  private static final int HOP = Diarizer.HOP_FRAMES;

  @Test
  void followsPeopleThroughWindowsThatNumberThemAnew() {
    TrackStitcher stitcher = new TrackStitcher();
    List<Section> sections = new ArrayList<>();
    // One speaks up to frame 500, the other from 450 on; each window swaps their numbers.
    for (int window = 0; window < 4; window++) {
      float[][] activity = new float[SpeakerSegmentation.FRAMES][3];
      for (int i = 0; i < activity.length; i++) {
        int frame = window * HOP + i;
        activity[i][window % 3] = frame < 500 ? 0.95f : 0;
        activity[i][(window + 1) % 3] = frame >= 450 && frame < 1100 ? 0.95f : 0;
      }
      sections.addAll(stitcher.add(window * HOP, activity));
    }
    sections.addAll(stitcher.finish(4 * HOP + SpeakerSegmentation.FRAMES));
    List<Stretch> stretches =
        sections.stream().flatMap(section -> StretchCutter.cut(section).stream()).toList();
    assertThat(stretches).extracting(Stretch::track).containsOnly(0, 1);
    assertThat(stretches.stream().filter(s -> s.track() == 0).mapToInt(Stretch::end).max())
        .hasValue(500);
    assertThat(stretches.stream().filter(s -> s.track() == 1).mapToInt(Stretch::start).min())
        .hasValue(450);
  }

  @Test
  void handsOnSpeechThatNeverPausesHalfAMinuteAtATime() {
    TrackStitcher stitcher = new TrackStitcher();
    int largest = 0;
    for (int window = 0; window < 100; window++) {
      float[][] activity = new float[SpeakerSegmentation.FRAMES][3];
      for (float[] frame : activity) {
        frame[0] = 0.9f;
      }
      for (Section section : stitcher.add(window * HOP, activity)) {
        largest = Math.max(largest, section.tracks().getFirst().activity().length);
      }
    }
    assertThat(largest).isBetween(Activity.frames(20), Activity.frames(40));
  }
}
