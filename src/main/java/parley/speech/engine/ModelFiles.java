package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MessageDigestAlgorithms;
import parley.json.Json;
import tools.jackson.core.JacksonException;

/// The files of a models folder. Each is returned only after its SHA-256 was verified against the
/// folder's `SHA256SUMS`.
public final class ModelFiles {
  /// The file with the checksums.
  public static final String SUMS = "SHA256SUMS";

  private final Path folder;
  private final Map<String, String> sums;

  private ModelFiles(Path folder, Map<String, String> sums) {
    this.folder = folder;
    this.sums = sums;
  }

  /// Reads the checksums of a folder.
  ///
  /// @throws IOException naming the file that is missing or malformed
  public static ModelFiles in(Path folder) throws IOException {
    Path list = folder.resolve(SUMS);
    if (!Files.isRegularFile(list)) {
      throw new NoSuchFileException(list.toString(), null, "the list of model files is missing");
    }
    Map<String, String> sums = new LinkedHashMap<>();
    for (String line : Files.readAllLines(list)) {
      if (line.isBlank()) {
        continue;
      }
      // The format of sha256sum: the checksum, a space, a space or an asterisk, the name.
      int space = line.indexOf(' ');
      if (space != 64) {
        throw new IOException("Not a line as sha256sum writes it in " + list + ": " + line);
      }
      sums.put(line.substring(66), line.substring(0, 64));
    }
    return new ModelFiles(folder, sums);
  }

  /// Reads the folder's model catalogue.
  ///
  /// @throws IOException if it is malformed, and whatever [#checked] throws
  ModelCatalogue catalogue() throws IOException {
    Path file = checked(ModelCatalogue.FILE);
    try {
      return Json.read(Files.readString(file), ModelCatalogue.class);
    } catch (JacksonException e) {
      throw new IOException("The model catalogue " + file + " is malformed", e);
    }
  }

  /// Returns why ONNX Runtime refuses a model, on one line.
  static String inOneLine(OrtException refused) {
    return String.valueOf(refused.getMessage()).replaceAll("\\s+", " ");
  }

  /// Whether there is a checksum for a file.
  public boolean lists(String name) {
    return sums.containsKey(name);
  }

  /// Returns a file after verifying its checksum.
  ///
  /// @param name relative to the folder, as in `SHA256SUMS`
  /// @throws IOException naming the file if it is unlisted, missing or altered
  public Path checked(String name) throws IOException {
    Path file = folder.resolve(name);
    String expected = sums.get(name);
    if (expected == null) {
      throw new IOException("The model file " + name + " is not listed in " + folder.resolve(SUMS));
    }
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "the model file is missing");
    }
    String actual = new DigestUtils(MessageDigestAlgorithms.SHA_256).digestAsHex(file);
    if (!actual.equals(expected)) {
      throw new IOException(
          "The model file " + file + " is damaged: its SHA-256 is " + actual + ", not " + expected);
    }
    return file;
  }
}
