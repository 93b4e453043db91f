package parley.speech.transcript;

import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;

/// Measures how repetitive a text is.
public final class Compression {
  private Compression() {}

  /// Returns the size of the text divided by its size after zlib compression, as in Whisper's own
  /// `utils.compression_ratio`; 0 for an empty text.
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
