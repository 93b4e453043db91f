package parley.speech.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import parley.json.Json;
import tools.jackson.core.JacksonException;

/// The files of a models folder. Each is returned only after its SHA-256 was verified against the
/// folder's `SHA256SUMS`.
public final class ModelFiles {
  private static final String SUMS = "SHA256SUMS";

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
        throw new IOException("Not a line of sha256sum in " + list + ": " + line);
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
      throw new IOException("The list of models " + file + " cannot be understood", e);
    }
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
    String actual = sumOf(file);
    if (!actual.equals(expected)) {
      throw new IOException(
          "The model file " + file + " is damaged: its SHA-256 is " + actual + ", not " + expected);
    }
    return file;
  }

  private static String sumOf(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
    byte[] block = new byte[1 << 18];
    try (InputStream content = Files.newInputStream(file)) {
      for (int count = content.read(block); count >= 0; count = content.read(block)) {
        digest.update(block, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
