package parley.ffmpeg;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;

/// A file that is bundled with Parley.
///
/// @param name without its path
/// @param checksum the CRC-32 of its content
/// @param content can be opened repeatedly; the caller closes the stream
record BundledFile(String name, long size, long checksum, Content content) {
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  /// The file of this name that this project builds for a platform (`src/main/native`), if any.
  static Optional<BundledFile> own(String name, String platform) throws IOException {
    String resource = "/ffmpeg/" + platform + "/" + name;
    try (InputStream packed = BundledFile.class.getResourceAsStream(resource)) {
      if (packed == null) {
        return Optional.empty();
      }
      byte[] content = packed.readAllBytes();
      CRC32 checksum = new CRC32();
      checksum.update(content);
      return Optional.of(
          new BundledFile(
              name, content.length, checksum.getValue(), () -> new ByteArrayInputStream(content)));
    }
  }

  /// The platform of this process, as in the classifiers of `org.bytedeco`: `linux-x86_64`,
  /// `macosx-arm64`.
  static String platform() {
    String system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "macosx" : "linux";
    String processor =
        switch (System.getProperty("os.arch")) {
          case "aarch64", "arm64" -> "arm64";
          default -> "x86_64";
        };
    return system + "-" + processor;
  }
}
