package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpeakerClusteringTest {
  private final Voices voices = new Voices(4);
  private final List<SpokenStretch> stretches = new ArrayList<>();

  @Test
  void numbersPeopleInOrderOfAppearance() {
    for (int person : new int[] {2, 2, 0, 2, 1, 0, 1}) {
      say(person, 3);
    }
    assertThat(assign(SpeakerCount.ANY).speakers()).containsExactly(0, 0, 1, 0, 2, 1, 2);
    assertThat(assign(SpeakerCount.ANY).centroids()).hasSize(3).doesNotContainNull();
  }

  @Test
  void takesAShortStrangeSoundForNobodyNew() {
    for (int round = 0; round < 8; round++) {
      say(round % 2, 8);
    }
    say(3, 1.6);
    assertThat(assign(SpeakerCount.ANY).centroids()).hasSize(2);
  }

  @Test
  void takesAShortRemarkInAShortRecordingForSomebodys() {
    for (int person : new int[] {0, 1, 0, 1}) {
      say(person, 4);
    }
    say(3, 1.6);
    assertThat(assign(SpeakerCount.ANY).centroids()).hasSize(3);
  }

  @Test
  void tellsAsManyPeopleApartAsAskedFor() {
    for (int person : new int[] {0, 1, 2, 3, 0, 1, 2, 3}) {
      say(person, 4);
    }
    assertThat(assign(SpeakerCount.ANY).centroids()).hasSize(4);
    assertThat(assign(SpeakerCount.exactly(2)).centroids()).hasSize(2);
    assertThat(assign(new SpeakerCount(1, 3)).centroids()).hasSize(3);
    assertThat(assign(SpeakerCount.exactly(6)).centroids()).hasSize(6);
  }

  @Test
  void givesWhatCannotBeToldByItsSoundToTheOneWhoseTrackItIs() {
    say(0, 4, 7);
    say(1, 4, 8);
    add(7, null, 0);
    add(8, null, 0);
    assertThat(assign(SpeakerCount.ANY).speakers()).containsExactly(0, 1, 0, 1);
  }

  @Test
  void takesSpeechOfWhichNothingIsKnownForOnePersons() {
    add(1, null, 0);
    add(2, null, 0);
    SpeakerClustering.Assignment assignment = assign(SpeakerCount.ANY);
    assertThat(assignment.speakers()).containsExactly(0, 0);
    assertThat(assignment.centroids()).containsExactly((VoiceEmbedding) null);
  }

  private SpeakerClustering.Assignment assign(SpeakerCount count) {
    return SpeakerClustering.assign(stretches, count);
  }

  private void say(int person, double seconds) {
    say(person, seconds, stretches.size());
  }

  private void say(int person, double seconds, int track) {
    add(track, voices.of(person), seconds);
  }

  private void add(int track, @Nullable VoiceEmbedding voice, double seconds) {
    int start = stretches.isEmpty() ? 0 : stretches.getLast().stretch().end() + 10;
    FrameRange range = new FrameRange(start, start + 20 + Activity.frames(seconds));
    stretches.add(
        new SpokenStretch(
            new Stretch(track, List.of(range), List.of(range)), voice, seconds, Bandwidth.WIDE));
  }
}
