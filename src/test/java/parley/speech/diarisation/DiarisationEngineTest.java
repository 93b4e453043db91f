package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.speech.Recordings;
import parley.speech.engine.EngineUnavailable;

@Tag("slow")
class DiarisationEngineTest {
  private static final Path MODELS = Path.of("models");
  private static DiarisationEngine engine;
  private static Conversation conversation;
  private static Diarisation diarisation;

  @BeforeAll
  static void load() throws IOException {
    engine = DiarisationEngine.load(MODELS, 2);
    engine.warmUp();
    conversation = Conversation.ofThree();
    diarisation = diarise(conversation.samples(), 16_000, SpeakerCount.ANY);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void tellsWhoSpeaksWhen() {
    assertThat(diarisation.speakers())
        .extracting(DiarisedSpeaker::label)
        .containsExactly("S1", "S2", "S3");
    assertThat(diarisation.turns())
        .extracting(SpeakerTurn::label)
        .containsExactly("S1", "S2", "S3", "S1", "S3");
    assertThat(conversation.agreement(diarisation.turns())).isGreaterThan(0.94);
    assertThat(diarisation.speakers().getFirst().talkSeconds()).isCloseTo(13, within(1.0));
  }

  @Test
  void tellsTheSameHoweverTheSoundIsCut() {
    assertThat(diarise(conversation.samples(), 1_237, SpeakerCount.ANY)).isEqualTo(diarisation);
    assertThat(diarise(conversation.samples(), 400_000, SpeakerCount.ANY)).isEqualTo(diarisation);
  }

  @Test
  void tellsAsManyPeopleApartAsAskedFor() {
    assertThat(diarise(conversation.samples(), 16_000, SpeakerCount.exactly(2)).speakers())
        .hasSize(2);
  }

  @Test
  void hearsTwoWhoSpeakAtOnce() throws IOException {
    Conversation interrupted =
        new Conversation()
            .say(Conversation.IRON, 0.4, 7, 0.5)
            .say(Conversation.LOBSTER, 0.3, 8, -2)
            .say(Conversation.IRON, 7.5, 5, 0.3);
    List<SpeakerTurn> turns = diarise(interrupted.samples(), 16_000, SpeakerCount.ANY).turns();
    double overlap =
        Math.min(turns.get(0).end(), turns.get(1).end())
            - Math.max(turns.get(0).start(), turns.get(1).start());
    assertThat(overlap).isBetween(0.6, 2.6);
  }

  @Test
  void hearsNobodyInSilenceOrNoise() throws IOException {
    assertThat(diarise(new float[0], 16_000, SpeakerCount.ANY)).isEqualTo(Diarisation.NOBODY);
    assertThat(diarise(new float[16_000 * 12], 16_000, SpeakerCount.ANY))
        .isEqualTo(Diarisation.NOBODY);
    assertThat(diarise(Recordings.samples("noise4.flac"), 16_000, SpeakerCount.ANY).turns())
        .isEmpty();
  }

  @Test
  void embedsAVoiceAsTheModelsAuthorsDo() throws IOException {
    float[] samples = Arrays.copyOfRange(Recordings.samples(Conversation.KINE), 16_000, 16_000 * 5);
    float[] values = engine.embedder().embed(samples).values();
    assertThat(Arrays.copyOf(values, REFERENCE.length)).containsExactly(REFERENCE, within(2e-3f));
  }

  @Test
  void findsAVoiceAgainOverTheTelephone() throws IOException {
    Path recording = Recordings.recording(Conversation.LOBSTER);
    float[] wide = Recordings.samples(Conversation.LOBSTER);
    byte[] telephone =
        Recordings.converted(
            recording, "-af", "highpass=300,lowpass=3400", "-ar", "8000", "-f", "mulaw");
    float[] narrow = upsampled(telephone);
    VoiceEmbedding voice = engine.embedder().embed(Arrays.copyOf(wide, 16_000 * 7));
    VoiceEmbedding called =
        engine.embedder().embed(Arrays.copyOfRange(narrow, 16_000 * 7, 16_000 * 14));
    VoiceEmbedding other = engine.embedder().embed(Recordings.samples(Conversation.IRON));
    SpeakerNaming.Profile own = new SpeakerNaming.Profile("own", voice);
    SpeakerNaming.Profile strange = new SpeakerNaming.Profile("strange", other);
    assertThat(SpeakerNaming.closest(called, List.of(strange, own)))
        .satisfies(closest -> assertThat(closest.id()).isEqualTo("own"))
        .satisfies(closest -> assertThat(closest.named()).isTrue());
    assertThat(SpeakerNaming.closest(called, List.of(strange)))
        .satisfies(closest -> assertThat(closest.named()).isFalse());
    assertThat(SpeakerNaming.closest(called, List.of())).isNull();
  }

  @Test
  void tellsLiveWhoSpeaksAndKnowsAVoiceThatComesBack() {
    OnlineDiarizer live = engine.onlineDiarizer(SpeakerCount.MAX);
    List<SpeakerTurn> heard = new java.util.ArrayList<>();
    float[] samples = conversation.samples();
    int taken = 0;
    for (SpeakerTurn turn : conversation.turns()) {
      int until = (int) (turn.end() * 16_000);
      live.take(Arrays.copyOfRange(samples, taken, until), until - taken);
      taken = until;
      heard.addAll(live.speakers(turn.start(), turn.end()));
    }
    assertThat(conversation.agreement(heard)).isGreaterThan(0.85);
    assertThat(heard.getFirst().label()).isEqualTo("S1");
    VoiceEmbedding first = live.voice("S1");
    assertThat(first).isNotNull();
    assertThat(live.voice("S9")).isNull();
    VoiceEmbedding whole = diarisation.speakers().getFirst().centroid();
    assertThat(Objects.requireNonNull(first).similarity(Objects.requireNonNull(whole)))
        .isGreaterThan(0.8);
  }

  @Test
  void saysWhichModelIsDamaged(@TempDir Path folder) throws IOException {
    Path model = folder.resolve("pyannote-segmentation").resolve("segmentation-3.0.fp16.onnx");
    Files.createDirectories(model.getParent());
    Files.writeString(model, "broken");
    Files.copy(MODELS.resolve("SHA256SUMS"), folder.resolve("SHA256SUMS"));
    assertThatIOException()
        .isThrownBy(() -> DiarisationEngine.load(folder, 1))
        .withMessageContaining("segmentation-3.0.fp16.onnx is damaged");
  }

  @Test
  void isUnavailableWhenItsModelsAreGone() throws IOException {
    DiarisationEngine closed = DiarisationEngine.load(MODELS, 1);
    closed.close();
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(closed::warmUp)
        .withCauseInstanceOf(EngineUnavailable.class);
  }

  private static float[] upsampled(byte[] mulaw) {
    float[] samples = new float[mulaw.length * 2];
    float before = 0;
    for (int i = 0; i < mulaw.length; i++) {
      int code = ~mulaw[i] & 0xff;
      int magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84;
      float sample = ((code & 0x80) != 0 ? -magnitude : magnitude) / 32_768f;
      samples[2 * i] = (before + sample) / 2;
      samples[2 * i + 1] = sample;
      before = sample;
    }
    return samples;
  }

  private static Diarisation diarise(float[] samples, int block, SpeakerCount count) {
    Diarizer diarizer = engine.diarizer(count);
    for (int from = 0; from < samples.length; from += block) {
      float[] part = Arrays.copyOfRange(samples, from, Math.min(samples.length, from + block));
      diarizer.take(part, part.length);
    }
    return diarizer.finish();
  }

  /// From an implementation in NumPy and ONNX Runtime's Python.
  private static final float[] REFERENCE = {
    0.02115f, -0.00800f, 0.12837f, 0.01452f, 0.06717f, 0.00400f, 0.04691f, 0.02022f
  };
}
