package parley.filenames;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Makes a file name that a client sent safe to keep, to show and to send on.
public final class FileName {
  /// What common file systems allow for one name.
  private static final int MAX_BYTES = 255;

  /// An extension up to this length survives the shortening of a long name.
  private static final int MAX_EXTENSION_BYTES = 16;

  private FileName() {}

  /// The last segment of a path, in Unicode form C, without control characters and without those
  /// that turn the writing direction (`exe.gpj` shown as `jpg.exe`), without white space around it,
  /// at most 255 bytes of UTF-8 with its extension kept; `fallback` when nothing usable is left.
  public static String clean(@Nullable String given, String fallback) {
    if (given == null) {
      return fallback;
    }
    String path = given.replace('\\', '/');
    String name = path.substring(path.lastIndexOf('/') + 1);
    StringBuilder kept = new StringBuilder(name.length());
    name.codePoints().filter(FileName::isHarmless).forEach(kept::appendCodePoint);
    // Normalised only now: what was taken out may have stood between marks that form C orders.
    String normal = Normalizer.normalize(kept, Normalizer.Form.NFC);
    String clean = shortened(normal.strip()).strip();
    boolean usable = !clean.isEmpty() && !clean.equals(".") && !clean.equals("..");
    return usable ? clean : fallback;
  }

  /// What stands behind the last full stop, in lower case, when it is 1 to 16 letters or digits;
  /// null otherwise, and for a name that only begins with a full stop.
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
      // Emoji and some scripts need the joiners; the other format characters only deceive.
      case Character.FORMAT -> codePoint == 0x200C || codePoint == 0x200D;
      default -> true;
    };
  }

  private static String shortened(String name) {
    if (utf8Length(name) <= MAX_BYTES) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    String extension = dot > 0 ? name.substring(dot) : "";
    if (utf8Length(extension) > MAX_EXTENSION_BYTES) {
      extension = "";
    }
    String stem = name.substring(0, name.length() - extension.length());
    int room = MAX_BYTES - utf8Length(extension);
    int end = 0;
    int used = 0;
    while (end < stem.length()) {
      int codePoint = stem.codePointAt(end);
      int bytes = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
      if (used + bytes > room) {
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
