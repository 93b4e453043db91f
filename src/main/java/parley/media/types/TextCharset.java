package parley.media.types;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Detects the charset of text files, so that browsers need not guess.
public final class TextCharset {
  private static final String UTF_8 = "utf-8";

  /// Browsers also use it for Latin-1 (the WHATWG Encoding standard, section 4.2).
  private static final String WESTERN = "windows-1252";

  /// Only this much is checked for invalid UTF-8.
  private static final long MAX_BYTES = 64L << 20;

  /// Texts that do not declare their charset.
  private static final Set<String> PLAIN =
      Set.of(
          "text/plain",
          "text/csv",
          "text/tab-separated-values",
          "text/markdown",
          "text/vtt",
          "text/vcard",
          "text/calendar",
          "application/json",
          "application/yaml",
          "application/x-subrip");

  private static final Set<String> MARKUP =
      Set.of("text/html", "application/xhtml+xml", "application/xml", "text/xml", "image/svg+xml");

  private TextCharset() {}

  /// The charset of a file of this type, as in HTTP; null for files that are not text, and for
  /// markup that is not UTF-8 and may declare its own charset.
  public static @Nullable String of(Path file, MediaType type) throws IOException {
    boolean plain = PLAIN.contains(type.value());
    if (!plain && !MARKUP.contains(type.value())) {
      return null;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer start = ByteBuffer.allocate(2);
      channel.read(start, 0);
      int mark = start.getShort(0) & 0xffff;
      if (mark == 0xfffe || mark == 0xfeff) {
        return mark == 0xfffe ? "utf-16le" : "utf-16be";
      }
      if (isUtf8(channel)) {
        return UTF_8;
      }
      return plain ? WESTERN : null;
    }
  }

  private static boolean isUtf8(FileChannel channel) throws IOException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
    CharBuffer characters = CharBuffer.allocate(64 * 1024);
    long seen = 0;
    boolean ended = false;
    while (!ended && seen < MAX_BYTES) {
      int count = channel.read(bytes);
      ended = count < 0;
      seen += Math.max(0, count);
      CoderResult result = decoder.decode(bytes.flip(), characters.clear(), ended);
      if (result.isError()) {
        return false;
      }
      bytes.compact();
    }
    return true;
  }
}
