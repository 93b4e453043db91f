package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said where Whisper cannot be computed on a GPU.
class CudaLibrariesTest {
  private static final WhisperDevice GPU = new WhisperDevice(1, "a GPU");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "libonnxruntime_providers_cuda.so",
        "libonnxruntime_providers_shared.so",
        "libonnxruntime.so.1.29.0"
      })
  void namesTheLibraryThatIsMissingAndHowToInstallIt(String missing) throws IOException {
    Path libraries = install();
    Files.delete(libraries.resolve(missing));

    assertThatThrownBy(() -> CudaLibraries.use(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("speech.device is \"cuda\", but there is no " + missing)
        .hasMessageContaining("'onnxruntime-gpu[cuda,cudnn]==1.29.0'");
  }

  @Test
  void refusesTheModelThatComesWithParley() {
    assertThatThrownBy(() -> LoadedWhisper.load(Path.of("models"), GPU))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("networks of 8-bit integers")
        .hasMessageContaining("speech.model must name an export");
  }

  @Test
  void isOfTheVersionOfWhatParleyBrings() {
    assertThat(Sessions.environment().getVersion()).isEqualTo(CudaLibraries.VERSION);
  }

  @Test
  void runsOnTheCpuUnlessLibrariesAreNamed() throws IOException {
    ModelFolders folders = new ModelFolders(folder, folder, folder, Optional.empty());

    assertThat(WhisperDevice.of(folders, 1).description()).isEqualTo("the CPU");
  }

  /// Empty files where pip has the libraries.
  private Path install() throws IOException {
    Path libraries =
        Files.createDirectories(folder.resolve("lib/python3.12/site-packages/onnxruntime/capi"));
    for (String name :
        new String[] {
          "libonnxruntime_providers_cuda.so",
          "libonnxruntime_providers_shared.so",
          "libonnxruntime.so.1.29.0"
        }) {
      Files.createFile(libraries.resolve(name));
    }
    return libraries;
  }
}
