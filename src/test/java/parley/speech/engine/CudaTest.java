package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whisper on a GPU. Needs one, and the folder of `speech.cuda_libraries` as the system property
/// `parley.cuda`: `mvn test -DexcludedGroups= -Dtest=CudaTest -DargLine=-Dparley.cuda=FOLDER`.
@Tag("gpu")
class CudaTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"'', 0.001", "_fp16, 0.1"})
  void computesWhatTheCpuDoes(String precision, float tolerance) throws Exception {
    Path libraries = Path.of(System.getProperty("parley.cuda"));
    WhisperDevice gpu =
        WhisperDevice.of(new ModelFolders(folder, folder, folder, Optional.of(libraries)), 2);
    copy("whisper-random");
    copy("whisper-random/onnx");
    copy("whisper-random-precisions");
    // What is left is complete in one precision that both can compute.
    try (Stream<Path> encoders = Files.list(folder)) {
      for (Path file : encoders.toList()) {
        if (file.getFileName().toString().startsWith("encoder_model")
            && !file.endsWith("encoder_model" + precision + ".onnx")) {
          Files.delete(file);
        }
      }
    }

    float[] computed;
    try (WhisperModel model = LoadedWhisper.load(folder, gpu).model()) {
      computed = scores(model);
    }
    float[] expected;
    try (WhisperModel model = LoadedWhisper.load(folder, new WhisperDevice(2, "")).model()) {
      expected = scores(model);
    }

    assertThat(gpu.isGpu()).isTrue();
    assertThat(computed).containsExactly(expected, within(tolerance));
  }

  /// The logits of the second of three beams after two steps.
  private static float[] scores(WhisperModel model) throws Exception {
    FloatBuffer mel = DirectMemory.floats(model.dimensions().melBands() * WhisperModel.MAX_COLUMNS);
    Random random = new Random(1);
    while (mel.hasRemaining()) {
      mel.put((float) random.nextGaussian());
    }
    mel.rewind();
    KeyValueCache cache = new KeyValueCache(model);
    float[] scores = new float[Vocabulary.SIZE];
    try (EncodedAudio audio = model.encode(mel, WhisperModel.MAX_COLUMNS)) {
      cache.begin(3, 8);
      model.write(audio, cache, Vocabulary.START_OF_TRANSCRIPT, Vocabulary.TRANSCRIBE);
      cache.rearrange(new int[] {0, 0, 0});
      model.write(audio, cache, 65, 66, 67);
      cache.rearrange(new int[] {2, 1, 0});
      model.layout().copy(model.write(audio, cache, 68, 69, 70), 1, scores);
    }
    return scores;
  }

  private void copy(String name) throws IOException {
    Path source;
    try {
      source =
          Path.of(Objects.requireNonNull(CudaTest.class.getResource("/models/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    try (Stream<Path> all = Files.list(source)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }
}
