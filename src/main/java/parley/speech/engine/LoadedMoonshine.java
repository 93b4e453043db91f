package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;

/// The quick model for English with its vocabulary.
record LoadedMoonshine(MoonshineModel model, MoonshineVocabulary vocabulary) {
  /// Loads the model that a folder's `models.json` names; the caller closes it.
  ///
  /// @throws IOException with one line that names the file that is missing or damaged, or says what
  ///   does not fit
  static LoadedMoonshine load(Path folder) throws IOException {
    ModelFiles files = ModelFiles.in(folder);
    ModelCatalogue.Moonshine named = files.catalogue().partials();
    if (named == null) {
      throw new IOException(
          "The model catalogue %s names no model for English as \"partials\""
              .formatted(folder.resolve(ModelCatalogue.FILE)));
    }
    try {
      return new LoadedMoonshine(
          MoonshineModel.load(files.checked(named.encoder()), files.checked(named.decoder())),
          MoonshineVocabulary.read(files.checked(named.vocabulary())));
    } catch (OrtException e) {
      throw new IOException(
          "The model in %s cannot be loaded: %s".formatted(folder, ModelFiles.inOneLine(e)), e);
    }
  }
}
