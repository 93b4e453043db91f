package parley.speech.engine;

import java.nio.file.Path;

/// Where the speech models are.
///
/// @param models folder with a `models.json` that names all models
/// @param whisper folder with the Whisper to use: the same, another one with a `models.json`, or a
///   Hugging Face export for ONNX Runtime
/// @param english folder whose `models.json` names the quick model for English
public record ModelFolders(Path models, Path whisper, Path english) {
  /// All models of one folder.
  public static ModelFolders in(Path models) {
    return new ModelFolders(models, models, models);
  }
}
