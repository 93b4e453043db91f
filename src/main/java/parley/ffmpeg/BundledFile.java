package parley.ffmpeg;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;

/// A file for this platform that comes packed with Parley.
///
/// @param name of the file alone
/// @param checksum CRC-32 of its content
/// @param content to be opened as often as needed; who opens it closes it
record BundledFile(String name, long size, long checksum, Content content) {
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  /// One of our own (`src/main/native`), if there is one of that name for this platform.
  static Optional<BundledFile> own(String name) throws IOException {
    String resource = "/ffmpeg/" + platform() + "/" + name;
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

  /// As the classifiers of `org.bytedeco` call it: `linux-x86_64`, `macosx-arm64`.
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
