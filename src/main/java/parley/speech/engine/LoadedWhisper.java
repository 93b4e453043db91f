package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Whisper model with its vocabulary.
///
/// @param name by which answers and the meter call it
record LoadedWhisper(String name, WhisperModel model, Vocabulary vocabulary) {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedWhisper.class);

  /// Loads the model of a folder, see [ModelFolders]; the caller closes it.
  ///
  /// @param threads that one run may use
  /// @throws IOException with one line that names the file that is missing or damaged, or says what
  ///   does not fit
  static LoadedWhisper load(Path folder, int threads) throws IOException {
    try {
      if (Files.isRegularFile(folder.resolve(ModelCatalogue.FILE))) {
        return packed(folder, threads);
      }
      if (!Files.isRegularFile(folder.resolve(ExportedModel.CONFIG))) {
        throw new IOException(
            "There is no model in %s: neither a models.json nor a config.json".formatted(folder));
      }
      return exported(folder, threads);
    } catch (OrtException e) {
      throw new IOException(
          "The model in %s cannot be loaded: %s".formatted(folder, ModelFiles.inOneLine(e)), e);
    }
  }

  private static LoadedWhisper packed(Path folder, int threads) throws IOException, OrtException {
    ModelFiles files = ModelFiles.in(folder);
    ModelCatalogue.Whisper whisper = files.catalogue().recognition();
    if (whisper == null) {
      throw new IOException(
          "The model catalogue %s names no Whisper as \"recognition\""
              .formatted(folder.resolve(ModelCatalogue.FILE)));
    }
    return new LoadedWhisper(
        whisper.name(),
        PackedWhisper.load(
            files.checked(whisper.encoder()), files.checked(whisper.decoder()), threads),
        Vocabulary.read(
            files.checked(whisper.vocabulary()), files.checked(whisper.suppressedTokens())));
  }

  private static LoadedWhisper exported(Path folder, int threads) throws IOException, OrtException {
    ExportedModel files = ExportedModel.read(folder);
    ExportedWhisper model = ExportedWhisper.load(files, threads);
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    LOG.info("{} consists of {} and {}", name, files.encoder(), files.decoder());
    if (!model.returnsAttention()) {
      LOG.warn(
          "{} does not return its attention: the times of words are estimated from those of"
              + " segments",
          name);
    }
    if (!files.layout().isMultilingual()) {
      LOG.warn("{} recognises English only", name);
    }
    return new LoadedWhisper(name, model, files.vocabulary());
  }
}
