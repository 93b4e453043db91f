package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.IOException;

/// All speech models, loaded.
///
/// @param name name of the transcription model
record Models(
    String name,
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
    ModelFiles files = ModelFiles.in(folders.models());
    ModelCatalogue catalogue = files.catalogue();
    ModelCatalogue.Moonshine moonshine = catalogue.partials();
    try {
      VoiceActivity voiceActivity =
          VoiceActivity.load(files.checked(catalogue.voiceActivity().network()));
      LoadedWhisper whisper = LoadedWhisper.load(folders.whisper(), threads);
      return new Models(
          whisper.name(),
          voiceActivity,
          whisper.model(),
          whisper.vocabulary(),
          MoonshineModel.load(
              files.checked(moonshine.encoder()), files.checked(moonshine.decoder())),
          MoonshineVocabulary.read(files.checked(moonshine.vocabulary())));
    } catch (OrtException e) {
      throw new IOException(
          "A model in " + folders.models() + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws OrtException {
    voiceActivity.close();
    whisper.close();
    moonshine.close();
  }
}
