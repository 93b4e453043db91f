package parley.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.problem.ProblemCode;
import parley.speech.Recordings;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.engine.EngineUnavailable;
import parley.speech.engine.LiveEngine;
import parley.speech.engine.LiveSegmenter;
import parley.speech.engine.LocalAgreement;
import parley.speech.engine.Piece;
import parley.speech.engine.Segmentation;
import parley.speech.engine.SpeechEngine;
import parley.speech.transcript.SpeechOptions;
import parley.testing.Eventually;

@Tag("slow")
class LocalTranscriberTest {
  private static final Path SPEECH = Path.of("examples/jfk.flac");
  private static final Path MODELS = Path.of("models");

  @TempDir Path folder;

  @Test
  void tellsModelsThatFailAsTheServersFaultAndIsNotReady() throws Exception {
    try (SpeechEngine engine =
        SpeechEngine.load(
            withoutModel("silero-vad/silero_vad_v6_16k.onnx"), 1, Recordings.decoder())) {
      LocalTranscriber transcriber = new LocalTranscriber(() -> engine);
      assertThatThrownBy(() -> transcriber.transcribe(SPEECH, SpeechOptions.PLAIN, share -> {}))
          .cause()
          .isInstanceOfSatisfying(
              EngineUnavailable.class,
              failed ->
                  assertThat(failed.problem().code()).isEqualTo(ProblemCode.BACKEND_UNAVAILABLE));
      assertNotReady(transcriber);
    }
  }

  /// Files do without the model that writes partial captions; readiness does not.
  @Test
  void isNotReadyWhenTheModelForLiveCaptionsFails() throws Exception {
    try (SpeechEngine engine =
        SpeechEngine.load(
            withoutModel("moonshine-base-en/decoder.int8.onnx"), 1, Recordings.decoder())) {
      LocalTranscriber transcriber = new LocalTranscriber(() -> engine);
      Piece piece = speech(engine.live());
      assertThatThrownBy(() ->
              engine.live().partial(() -> Optional.of(piece), "en", false, new LocalAgreement()))
          .cause()
          .isInstanceOf(EngineUnavailable.class);
      assertNotReady(transcriber);
    }
  }

  private static void assertNotReady(LocalTranscriber transcriber) throws Exception {
    Eventually.holds(
        "the fault is known", () -> transcriber.engine().get().health().fault().isPresent());
    assertThatThrownBy(transcriber::state).isInstanceOf(NotReady.class);
  }

  /// The first piece of a recording, as a live stream gives it.
  private static Piece speech(LiveEngine live) throws IOException {
    float[] block = new float[4 * AudioDecoder.SAMPLE_RATE];
    try (AudioStream audio = Recordings.decoder().open(SPEECH);
        LiveSegmenter segmenter = live.segment(Segmentation.RELAXED)) {
      segmenter.add(block, audio.read(block));
      return segmenter.growing().orElseThrow();
    }
  }

  /// Models of which one can be loaded and not be run: it wants what it is not given.
  private Path withoutModel(String name) throws IOException {
    try (Stream<Path> files = Files.walk(MODELS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(MODELS.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.createSymbolicLink(copy, file.toAbsolutePath());
      }
    }
    exchange(
        name,
        name.startsWith("moonshine")
            ? Path.of("src/test/resources/models/moonshine-failing.onnx")
            : MODELS.resolve("whisper-base/encoder.int8.onnx"));
    return folder;
  }

  private void exchange(String model, Path other) throws IOException {
    Files.delete(folder.resolve(model));
    Files.createSymbolicLink(folder.resolve(model), other.toAbsolutePath());
    Path sums = folder.resolve("SHA256SUMS");
    List<String> lines = Files.readAllLines(sums);
    String sum = DigestUtils.sha256Hex(Files.readAllBytes(other));
    Files.delete(sums);
    Files.write(
        sums,
        lines.stream().map(line -> line.endsWith(model) ? sum + "  " + model : line).toList());
  }
}
