package parley.speakers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.speech.Recordings;
import parley.speech.diarisation.Conversation;
import parley.speech.diarisation.DiarisationEngine;
import parley.speech.diarisation.SpeakerNaming;
import parley.speech.diarisation.VoiceExamination;
import parley.speech.diarisation.VoiceQuality;
import parley.testing.SharedModels;

@Tag("slow")
class PreflightRulesTest {
  private static DiarisationEngine engine;
  private static float[] voice;
  private static VoiceQuality consent;

  @BeforeAll
  static void load() throws IOException {
    engine = SharedModels.voices();
    float[] iron = Recordings.samples(Conversation.IRON);
    voice = Arrays.copyOf(iron, 16_000 * 9);
    consent = examined(Arrays.copyOfRange(iron, 16_000 * 9, iron.length));
  }

  @Test
  void acceptsTheCleanVoiceOfOnePerson() {
    VoiceQuality quality = examined(voice);
    assertThat(reasons(quality, consent)).isEmpty();
    assertThat(quality.durationSeconds()).isEqualTo(9);
    assertThat(quality.speechSeconds()).isBetween(4.0, 9.0);
    assertThat(quality.snrDb()).isGreaterThan(17);
    assertThat(quality.voices()).isEqualTo(1);
  }

  @Test
  void acceptsARecordingThatWasMadeAsLoudAsPossibleButNotClipped() {
    float peak = 0;
    for (float sample : voice) {
      peak = Math.max(peak, Math.abs(sample));
    }
    VoiceQuality quality = examined(louder(voice, 1 / peak));
    assertThat(quality.peakDbfs()).isCloseTo(0, within(0.01));
    assertThat(reasons(quality, consent)).isEmpty();
  }

  @Test
  void refusesClippedSpeech() {
    assertThat(reasons(examined(louder(voice, 12)), consent))
        .contains(FailReason.PEAK_DBFS_ABOVE_THRESHOLD);
  }

  @Test
  void refusesSpeechThatHardlyRisesAboveTheNoise() throws IOException {
    Random random = new Random(1);
    float[] noisy = voice.clone();
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] += (float) (0.05 * random.nextGaussian());
    }
    assertThat(reasons(examined(noisy), consent)).contains(FailReason.SNR_BELOW_THRESHOLD);
    assertThat(reasons(examined(Recordings.samples("noise4.flac")), consent))
        .contains(FailReason.DURATION_BELOW_MINIMUM, FailReason.LOW_VOICE_ACTIVITY_RATIO);
  }

  @Test
  void refusesNoiseThatComesAndGoes() {
    Random random = new Random(1);
    float[] intermittent = Arrays.copyOf(voice, voice.length + 7 * 16_000);
    for (int i = voice.length; i < voice.length + 5 * 16_000; i++) {
      intermittent[i] = (float) (0.04 * random.nextGaussian());
    }
    assertThat(reasons(examined(intermittent), consent))
        .containsExactly(FailReason.SNR_BELOW_THRESHOLD);
  }

  @Test
  void refusesWhatIsTooShortTooEmptyOrTooLong() {
    assertThat(reasons(examined(Arrays.copyOf(voice, 24_000)), consent))
        .containsExactly(FailReason.DURATION_BELOW_MINIMUM);
    assertThat(reasons(examined(new float[96_000]), consent))
        .contains(FailReason.DURATION_BELOW_MINIMUM, FailReason.LOW_VOICE_ACTIVITY_RATIO);
    float[] mostlySilent = Arrays.copyOf(voice, 16_000 * 302);
    assertThat(reasons(examined(mostlySilent), consent))
        .contains(FailReason.DURATION_ABOVE_MAXIMUM, FailReason.LOW_VOICE_ACTIVITY_RATIO);
  }

  @Test
  void refusesTwoVoicesAndTheConsentOfAnother() throws IOException {
    float[] two =
        new Conversation()
            .say(Conversation.IRON, 0.4, 6, 0.2)
            .say(Conversation.LOBSTER, 0.3, 5, 0.3)
            .samples();
    assertThat(reasons(examined(two), consent)).contains(FailReason.MORE_THAN_ONE_VOICE);
    VoiceQuality another = examined(Recordings.samples(Conversation.LOBSTER));
    assertThat(reasons(another, consent)).containsExactly(FailReason.CONSENT_VOICE_DIFFERS);
  }

  @Test
  void callsReasonsAsTheInterfaceDoes() {
    assertThat(List.of(FailReason.values()).stream().map(FailReason::text))
        .containsExactly(
            "duration_below_minimum",
            "duration_above_maximum",
            "low_voice_activity_ratio",
            "peak_dbfs_above_threshold",
            "snr_below_threshold",
            "more_than_one_voice",
            "consent_voice_differs",
            "consent_text_differs");
  }

  /// All reasons against a reference and a consent.
  private static Set<FailReason> reasons(VoiceQuality reference, VoiceQuality consent) {
    Set<FailReason> reasons = PreflightRules.REFERENCE.reasons(reference.figures());
    reasons.addAll(PreflightRules.CONSENT.reasons(consent.figures()));
    if (reference.voice() != null
        && consent.voice() != null
        && reference.voice().similarity(consent.voice()) < SpeakerNaming.SAME_VOICE) {
      reasons.add(FailReason.CONSENT_VOICE_DIFFERS);
    }
    return reasons;
  }

  private static float[] louder(float[] samples, float factor) {
    float[] louder = new float[samples.length];
    for (int i = 0; i < samples.length; i++) {
      louder[i] = Math.clamp(samples[i] * factor, -1f, 1f);
    }
    return louder;
  }

  private static VoiceQuality examined(float[] samples) {
    VoiceExamination examination = engine.examination();
    examination.take(samples, samples.length);
    return examination.finish();
  }
}
