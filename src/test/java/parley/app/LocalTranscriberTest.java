package parley.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.health.HealthCheck;
import parley.problem.ProblemCode;
import parley.speech.Recordings;
import parley.speech.engine.EngineUnavailable;
import parley.speech.engine.SpeechEngine;
import parley.speech.transcript.SpeechOptions;

@Tag("slow")
class LocalTranscriberTest {
  private static final Path SPEECH = Path.of("examples/jfk.flac");
  private static final Path MODELS = Path.of("models");

  @TempDir Path folder;

  @Test
  void tellsModelsThatFailAsTheServersFaultAndIsNotReady() throws IOException {
    try (SpeechEngine engine = SpeechEngine.load(brokenModels(), 1, Recordings.decoder())) {
      LocalTranscriber transcriber = LocalTranscriber.of(engine);
      try (HealthCheck health = transcriber.health()) {
        assertThatThrownBy(() -> transcriber.transcribe(SPEECH, SpeechOptions.PLAIN, share -> {}))
            .cause()
            .isInstanceOfSatisfying(
                EngineUnavailable.class,
                failed ->
                    assertThat(failed.problem().code()).isEqualTo(ProblemCode.BACKEND_UNAVAILABLE));
        assertThat(health.fault()).isPresent();
        assertThatThrownBy(transcriber::state).isInstanceOf(NotReady.class);
      }
    }
  }

  /// Models of which one can be loaded and not be run: it wants what it is not given.
  private Path brokenModels() throws IOException {
    try (Stream<Path> files = Files.walk(MODELS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(MODELS.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.createSymbolicLink(copy, file.toAbsolutePath());
      }
    }
    exchange("whisper-base/decoder.int8.onnx", "whisper-base/encoder.int8.onnx");
    return folder;
  }

  private void exchange(String model, String other) throws IOException {
    Files.delete(folder.resolve(model));
    Files.createSymbolicLink(folder.resolve(model), MODELS.resolve(other).toAbsolutePath());
    Path sums = folder.resolve("SHA256SUMS");
    List<String> lines = Files.readAllLines(sums);
    String sum =
        lines.stream()
            .filter(line -> line.endsWith(other))
            .findFirst()
            .orElseThrow()
            .split(" ", 2)[0];
    Files.delete(sums);
    Files.write(
        sums,
        lines.stream().map(line -> line.endsWith(model) ? sum + "  " + model : line).toList());
  }
}
