package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;

/// All models of a folder, loaded.
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
  static Models load(Path folder, int threads) throws IOException {
    ModelFiles files = ModelFiles.in(folder);
    ModelCatalogue catalogue = files.catalogue();
    ModelCatalogue.Whisper whisper = catalogue.recognition();
    ModelCatalogue.Moonshine moonshine = catalogue.partials();
    try {
      return new Models(
          whisper.name(),
          VoiceActivity.load(files.checked(catalogue.voiceActivity().network())),
          WhisperModel.load(
              files.checked(whisper.encoder()), files.checked(whisper.decoder()), threads),
          Vocabulary.read(
              files.checked(whisper.vocabulary()), files.checked(whisper.suppressedTokens())),
          MoonshineModel.load(
              files.checked(moonshine.encoder()), files.checked(moonshine.decoder())),
          MoonshineVocabulary.read(files.checked(moonshine.vocabulary())));
    } catch (OrtException e) {
      throw new IOException("A model in " + folder + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws OrtException {
    voiceActivity.close();
    whisper.close();
    moonshine.close();
  }
}
