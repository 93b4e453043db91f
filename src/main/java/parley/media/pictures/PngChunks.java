package parley.media.pictures;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.commons.io.IOUtils;

/// Reduces a PNG to the chunks that its pixels need. Texts and profiles may be compressed, and the
/// decoder would inflate a few unused kilobytes of them to gigabytes.
final class PngChunks {
  private static final int SIGNATURE_BYTES = 8;
  private static final int MAX_CHUNKS = 500_000;
  private static final Set<String> NEEDED =
      Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND", "cICP", "sBIT");

  private PngChunks() {}

  /// Copies the needed chunks, up to the end of a truncated file; returns false for files with too
  /// many chunks.
  static boolean copyPixels(Path file, Path copy) throws IOException {
    try (DataInputStream in =
            new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(copy), 1 << 16))) {
      out.write(in.readNBytes(SIGNATURE_BYTES));
      for (int chunks = 0; chunks < MAX_CHUNKS; chunks++) {
        int length = in.readInt();
        byte[] name = in.readNBytes(4);
        String type = new String(name, StandardCharsets.ISO_8859_1);
        if (length < 0) {
          return true;
        }
        if (!NEEDED.contains(type)) {
          // Skips the checksum, too.
          in.skipNBytes(length + 4L);
          continue;
        }
        out.writeInt(length);
        out.write(name);
        long copied = IOUtils.copyLarge(in, out, 0, length + 4L);
        if (copied < length + 4L || type.equals("IEND")) {
          return true;
        }
      }
      return false;
    } catch (EOFException cutOff) {
      // The truncated picture may still show something.
      return true;
    }
  }
}
