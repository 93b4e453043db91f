package parley.media.scanning;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import parley.media.types.MediaType;
import parley.media.types.MediaTypeDetector;

/// Archives and other containers, to which a scanner's limits apply.
final class Archives {
  /// clamd unpacks 17 levels by default and at most 100 (`MaxRecursion`).
  private static final int TOO_DEEP = 110;

  private Archives() {}

  /// Whether a scanner may unpack the file: everything but pictures, audio, video and text.
  static boolean mayUnpack(Path file) throws IOException {
    byte[] head;
    try (InputStream content = Files.newInputStream(file)) {
      head = content.readNBytes(MediaTypeDetector.HEAD_BYTES);
    }
    MediaType type = MediaTypeDetector.detect(head, null);
    return !type.isPicture()
        && !type.isAudio()
        && !type.isVideo()
        && !type.equals(MediaType.TEXT)
        && !type.equals(MediaType.UNKNOWN);
  }

  /// A harmless archive that is nested more deeply than any clamd unpacks; about 15 KB.
  static InputStream nestedTooDeep() {
    byte[] content = "harmless".getBytes(StandardCharsets.US_ASCII);
    try {
      for (int i = 0; i < TOO_DEEP; i++) {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
          zip.putNextEntry(new ZipEntry("a.zip"));
          zip.write(content);
          zip.closeEntry();
        }
        content = archive.toByteArray();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ByteArrayInputStream(content);
  }
}
