package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import parley.speakers.Voiceprint;
import parley.speech.RecordedSpeakers.Voice;
import parley.speech.SpeakerIdentification.Identified;
import parley.speech.SpeakerIdentification.Profile;
import parley.speech.diarisation.Diarisation;
import parley.speech.diarisation.DiarisedSpeaker;
import parley.speech.diarisation.SpeakerTurn;
import parley.speech.diarisation.VoiceEmbedder;
import parley.speech.diarisation.VoiceEmbedding;

class SpeakerIdentificationTest {
  private static final Profile ANN = profile("spk-ann", 0);
  private static final Profile BEN = profile("spk-ben", 1);

  /// A voice between two directions: 0 is the first, 1 the second.
  private static float[] between(int one, int other, double share) {
    float[] numbers = new float[VoiceEmbedder.DIMENSIONS];
    numbers[one] += (float) Math.cos(share * Math.PI / 2);
    numbers[other] += (float) Math.sin(share * Math.PI / 2);
    return numbers;
  }

  private static Profile profile(String id, int direction) {
    return new Profile(id, null, Voiceprint.of(between(direction, direction + 1, 0)), 0.4);
  }

  private static DiarisedSpeaker speaker(String label, float[] voice) {
    return new DiarisedSpeaker(label, VoiceEmbedding.of(voice), 0);
  }

  private static Diarisation taking(DiarisedSpeaker first, DiarisedSpeaker second, double pause) {
    return new Diarisation(
        List.of(
            new SpeakerTurn(0, 5, first.label()),
            new SpeakerTurn(5 + pause, 10 + pause, second.label())),
        List.of(first, second));
  }

  private static List<String> names(Identified identified) {
    return identified.speakers().voices().stream()
        .map(Voice::match)
        .map(match -> match == null ? "?" : String.valueOf(match.speaker()))
        .toList();
  }

  @Test
  void takesTwoVoicesOfOnePersonForOneSpeakerIfTheyTakeTurns() {
    DiarisedSpeaker clear = speaker("S1", between(0, 5, 0.1));
    DiarisedSpeaker dull = speaker("S2", between(0, 6, 0.4));

    Identified identified =
        SpeakerIdentification.identify(taking(clear, dull, 1), List.of(ANN, BEN), 1, true);

    assertThat(names(identified)).containsExactly("spk-ann");
    assertThat(identified.turns()).extracting(SpeakerTurn::label).containsExactly("S1", "S1");
    assertThat(identified.labels()).containsEntry("S2", "S1");
    assertThat(identified.speakers().voices().getFirst().talkSeconds()).isEqualTo(10);
  }

  @Test
  void leavesThemApartIfTheySpeakAtOnceOrSoManyWereAskedFor() {
    DiarisedSpeaker clear = speaker("S2", between(0, 5, 0.1));
    DiarisedSpeaker dull = speaker("S1", between(0, 6, 0.4));

    Identified atOnce =
        SpeakerIdentification.identify(taking(dull, clear, -3), List.of(ANN), 1, true);
    assertThat(names(atOnce)).containsExactly("?", "spk-ann");
    assertThat(Objects.requireNonNull(atOnce.speakers().voices().getFirst().closest()).speaker())
        .isEqualTo("spk-ann");
    Identified two = SpeakerIdentification.identify(taking(dull, clear, 1), List.of(ANN), 2, true);
    assertThat(names(two)).containsExactly("?", "spk-ann");
  }

  @Test
  void givesEachPersonTheMostSimilarVoice() {
    // The first voice resembles both, the second one only the first person, and more so.
    DiarisedSpeaker both = speaker("S1", between(0, 1, 0.5));
    DiarisedSpeaker ann = speaker("S2", between(0, 5, 0.1));

    Identified identified =
        SpeakerIdentification.identify(taking(both, ann, -3), List.of(ANN, BEN), 1, true);

    assertThat(names(identified)).containsExactly("spk-ben", "spk-ann");
  }

  @Test
  void saysNothingOfUnknownVoicesWhereTheyMayNotBeToldApart() {
    DiarisedSpeaker unknown = speaker("S1", between(7, 8, 0));
    DiarisedSpeaker ben = speaker("S2", between(1, 5, 0.1));

    Identified identified =
        SpeakerIdentification.identify(taking(unknown, ben, 1), List.of(ANN, BEN), 1, false);

    assertThat(names(identified)).containsExactly("spk-ben");
    assertThat(identified.speakers().turns()).hasSize(1);
    assertThat(identified.turns()).hasSize(2);
    assertThat(identified.shown(identified.labels().get("S1"))).isNull();
    assertThat(identified.shown(identified.labels().get("S2"))).isEqualTo("S1");
  }
}
