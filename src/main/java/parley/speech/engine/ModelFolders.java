package parley.speech.engine;

import java.nio.file.Path;
import java.util.Optional;

/// Where the speech models are.
///
/// @param models folder with a `models.json` that names all models
/// @param whisper folder with the Whisper to use: the same, another one with a `models.json`, or a
///   Hugging Face export for ONNX Runtime
/// @param english folder whose `models.json` names the quick model for English
/// @param cudaLibraries folder with ONNX Runtime for NVIDIA GPUs, to run Whisper on one; empty to
///   run it on the CPU
public record ModelFolders(Path models, Path whisper, Path english, Optional<Path> cudaLibraries) {
  /// Models that run on the CPU.
  public ModelFolders(Path models, Path whisper, Path english) {
    this(models, whisper, english, Optional.empty());
  }

  /// All models of one folder, which run on the CPU.
  public static ModelFolders in(Path models) {
    return new ModelFolders(models, models, models);
  }
}
