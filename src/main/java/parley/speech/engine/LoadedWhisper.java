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
  /// @throws IOException with one line that names the file that is missing or damaged, or says what
  ///   does not fit
  static LoadedWhisper load(Path folder, WhisperDevice device) throws IOException {
    try {
      if (Files.isRegularFile(folder.resolve(ModelCatalogue.FILE))) {
        return packed(folder, device);
      }
      if (!Files.isRegularFile(folder.resolve(ExportedModel.CONFIG))) {
        throw new IOException(
            "There is no model in %s: neither a models.json nor a config.json".formatted(folder));
      }
      return exported(folder, device);
    } catch (OrtException e) {
      throw new IOException(
          "The model in %s cannot be loaded: %s".formatted(folder, ModelFiles.inOneLine(e)), e);
    }
  }

  private static LoadedWhisper packed(Path folder, WhisperDevice device)
      throws IOException, OrtException {
    if (device.isGpu()) {
      throw CudaLibraries.unusable(
          ("the model in %s has networks of 8-bit integers, which a GPU does not compute:"
                  + " speech.model must name an export of 16-bit or 32-bit floats")
              .formatted(folder));
    }
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
            files.checked(whisper.encoder()), files.checked(whisper.decoder()), device.threads()),
        Vocabulary.read(
            files.checked(whisper.vocabulary()), files.checked(whisper.suppressedTokens())));
  }

  private static LoadedWhisper exported(Path folder, WhisperDevice device)
      throws IOException, OrtException {
    ExportedModel files = ExportedModel.read(folder, device.precisions());
    ExportedWhisper model = ExportedWhisper.load(files, device);
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    LOG.info(
        "{} consists of {} and {}, and runs on {}",
        name,
        files.encoder(),
        files.decoder(),
        device.description());
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
