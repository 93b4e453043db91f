package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.speech.Recordings;
import parley.speech.transcript.Progress;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcript;

/// The networks of an exported model: which are used, and that those of every kind run.
class ExportedModelTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "'encoder_model_q4, encoder_model_int8, encoder_model_fp16', _int8",
    "'encoder_model_q4, encoder_model_fp16', _fp16",
    "'encoder_model_q4f16, encoder_model_q4', _q4",
    "'encoder_model_fp16, encoder_model', ''"
  })
  void usesTheSamePrecisionOfAllNetworksTheFirstInOrder(String encoders, String precision)
      throws IOException {
    describe("whisper-random");
    offer(encoders);
    Files.createFile(folder.resolve("decoder_model_merged_uint8.onnx"));

    ExportedModel model = ExportedModel.read(folder, new WhisperDevice(1, "").precisions());

    assertThat(model.encoder()).hasFileName("encoder_model" + precision + ".onnx");
    assertThat(model.decoder()).hasFileName("decoder_model_merged" + precision + ".onnx");
  }

  @ParameterizedTest
  @CsvSource({
    "'encoder_model_int8, encoder_model, encoder_model_fp16', _fp16",
    "'encoder_model_q4, encoder_model', ''"
  })
  void prefersSixteenBitsOnAGpu(String encoders, String precision) throws IOException {
    describe("whisper-random");
    offer(encoders);

    ExportedModel model = ExportedModel.read(folder, new WhisperDevice(1, "a GPU").precisions());

    assertThat(model.encoder()).hasFileName("encoder_model" + precision + ".onnx");
  }

  @Test
  void hasNothingForAGpuInIntegersAlone() throws IOException {
    describe("whisper-random");
    offer("encoder_model_int8, encoder_model_q4");

    assertThatThrownBy(() -> ExportedModel.read(folder, new WhisperDevice(1, "a GPU").precisions()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("encoder_model.onnx")
        .hasMessageContaining("encoder_model_fp16.onnx");
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"fp16", "int8", "q4"})
  void runsNetworksOfEveryPrecision(String precision) throws IOException {
    describe("whisper-random");
    for (Path network : files("whisper-random-precisions")) {
      if (network.toString().endsWith("_" + precision + ".onnx")) {
        Files.copy(network, folder.resolve(network.getFileName()));
      }
    }

    try (SpeechEngine engine = load()) {
      Transcript transcript =
          engine.transcribe(
              Recordings.recording("jfk-3s.flac"), SpeechOptions.in("en"), Progress.IGNORED);
      assertThat(transcript.duration().toMillis()).isEqualTo(3000);
      assertThat(engine.model()).isEqualTo(folder.getFileName().toString());
    }
  }

  /// All dimensions of large-v3-turbo but the depth of the encoder: the weights take 0.9 GB.
  @Tag("slow")
  @Test
  void runsAModelShapedLikeLargeV3Turbo() throws IOException {
    describe("whisper-random");
    for (Path file : files("whisper-turbo-shaped")) {
      Path copy = folder.resolve(file.getFileName());
      Files.deleteIfExists(copy);
      Files.copy(file, copy);
    }

    assertThat(ExportedModel.read(folder, new WhisperDevice(1, "").precisions()).dimensions())
        .isEqualTo(new WhisperDimensions(128, 4, 20, 64, 51_866));
    try (SpeechEngine engine = load()) {
      assertThatCode(engine::warmUp).doesNotThrowAnyException();
    }
  }

  private SpeechEngine load() throws IOException {
    return SpeechEngine.load(
        new ModelFolders(Path.of("models"), folder, Path.of("models")), 2, Recordings.decoder());
  }

  /// Makes empty networks, with a decoder to each encoder.
  private void offer(String encoders) throws IOException {
    for (String encoder : List.of(encoders.split(", ", -1))) {
      Files.createFile(folder.resolve(encoder + ".onnx"));
      Files.createFile(
          folder.resolve(encoder.replace("encoder_model", "decoder_model_merged") + ".onnx"));
    }
  }

  /// Copies a model's description.
  private void describe(String name) throws IOException {
    for (Path file : files(name)) {
      if (file.toString().endsWith(".json")) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  private static List<Path> files(String name) throws IOException {
    try (Stream<Path> all = Files.list(resource("/models/" + name))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(ExportedModelTest.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
