package parley.speech.transcript;

import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;

/// How much a text repeats itself.
public final class Compression {
  private Compression() {}

  /// Bytes of the text for each byte that zlib shrinks it to, as in Whisper's own
  /// `utils.compression_ratio`; 0 of an empty one.
  public static double ratio(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0) {
      return 0;
    }
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(bytes);
      deflater.finish();
      return (double) bytes.length / deflater.deflate(new byte[bytes.length + 64]);
    }
  }
}
