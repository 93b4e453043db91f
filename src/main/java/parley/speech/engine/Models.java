package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.IOException;

/// All speech models, loaded.
///
/// @param name name of the transcription model
/// @param device what computes it
record Models(
    String name,
    WhisperDevice device,
    VoiceActivity voiceActivity,
    WhisperModel whisper,
    Vocabulary vocabulary,
    MoonshineModel moonshine,
    MoonshineVocabulary moonshineVocabulary)
    implements AutoCloseable {
  /// Verifies the files and loads the models; the caller closes them.
  ///
  /// @param threads that one run of Whisper may use
  static Models load(ModelFolders folders, int threads) throws IOException {
    // Before any other model: it decides which ONNX Runtime is loaded.
    WhisperDevice device = WhisperDevice.of(folders, threads);
    LoadedWhisper whisper = LoadedWhisper.load(folders.whisper(), device);
    LoadedMoonshine moonshine = LoadedMoonshine.load(folders.english());
    return new Models(
        whisper.name(),
        device,
        VoiceActivity.load(folders.models()),
        whisper.model(),
        whisper.vocabulary(),
        moonshine.model(),
        moonshine.vocabulary());
  }

  @Override
  public void close() throws OrtException {
    voiceActivity.close();
    whisper.close();
    moonshine.close();
  }
}
