package parley.filenames;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Sanitizes file names that clients send.
public final class FileName {
  /// The limit of common file systems.
  private static final int MAX_BYTES = 255;

  /// A longer extension is not preserved when a name is truncated.
  private static final int MAX_EXTENSION_BYTES = 16;

  private FileName() {}

  /// Returns the last segment of a path in Unicode normalization form C, without surrounding white
  /// space, without control characters and without those that change the writing direction
  /// (`exe.gpj` shown as `jpg.exe`), truncated to 255 bytes of UTF-8 with its extension preserved.
  /// Returns `fallback` when nothing usable is left.
  public static String clean(@Nullable String given, String fallback) {
    if (given == null) {
      return fallback;
    }
    String path = given.replace('\\', '/');
    String name = path.substring(path.lastIndexOf('/') + 1);
    StringBuilder kept = new StringBuilder(name.length());
    name.codePoints().filter(FileName::isHarmless).forEach(kept::appendCodePoint);
    // Normalized last: removing characters may bring combining marks together.
    String normal = Normalizer.normalize(kept, Normalizer.Form.NFC);
    String clean = truncated(normal.strip()).strip();
    boolean usable = !clean.isEmpty() && !clean.equals(".") && !clean.equals("..");
    return usable ? clean : fallback;
  }

  /// The extension in lower case, without the dot, if it has 1 to 16 ASCII letters or digits; else
  /// null, also for a name whose only dot is the first character.
  public static @Nullable String extension(String name) {
    int dot = name.lastIndexOf('.');
    String extension = name.substring(dot + 1);
    boolean plain =
        extension.chars().allMatch(c -> c < 0x80 && Character.isLetterOrDigit(c))
            && !extension.isEmpty()
            && extension.length() <= MAX_EXTENSION_BYTES;
    return dot > 0 && plain ? extension.toLowerCase(Locale.ROOT) : null;
  }

  private static boolean isHarmless(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED,
          Character.PRIVATE_USE ->
          false;
      // Emoji and some scripts need the joiners; other format characters serve deception.
      case Character.FORMAT -> codePoint == 0x200C || codePoint == 0x200D;
      default -> true;
    };
  }

  private static String truncated(String name) {
    if (utf8Length(name) <= MAX_BYTES) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    String extension = dot > 0 ? name.substring(dot) : "";
    if (utf8Length(extension) > MAX_EXTENSION_BYTES) {
      extension = "";
    }
    String stem = name.substring(0, name.length() - extension.length());
    int maxStemBytes = MAX_BYTES - utf8Length(extension);
    int end = 0;
    int used = 0;
    while (end < stem.length()) {
      int codePoint = stem.codePointAt(end);
      int bytes = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
      if (used + bytes > maxStemBytes) {
        break;
      }
      used += bytes;
      end += Character.charCount(codePoint);
    }
    return stem.substring(0, end) + extension;
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
