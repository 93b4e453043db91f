package parley.web;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import parley.filenames.FileName;

/// Writes `Content-Disposition` headers for any file name (RFC 6266).
public final class ContentDisposition {
  private static final String FALLBACK_NAME = "file";

  private ContentDisposition() {}

  /// The header of a file that browsers may display.
  public static String inline(String fileName) {
    return header("inline", fileName);
  }

  /// The header of a file that browsers save.
  public static String attachment(String fileName) {
    return header("attachment", fileName);
  }

  /// The header is always visible ASCII on one line; [FileName#clean] cleans the name first. A name
  /// that is not plain ASCII is included twice: simplified for old clients, and in full in the
  /// encoding of RFC 8187, which every browser prefers.
  private static String header(String kind, String fileName) {
    String name = FileName.clean(fileName, FALLBACK_NAME);
    String simple = simplified(name);
    String header = kind + "; filename=\"" + simple + '"';
    return simple.equals(name) ? header : header + "; filename*=UTF-8''" + encoded(name);
  }

  /// Replaces quotes and backslashes, because clients escape them in different ways, and percent
  /// signs, because some clients decode them (RFC 6266 appendix D).
  private static String simplified(String name) {
    StringBuilder simple = new StringBuilder(name.length());
    Normalizer.normalize(name, Normalizer.Form.NFD)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .map(c -> c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%' ? '_' : c)
        .forEach(simple::appendCodePoint);
    // A name of combining marks alone has no simple form.
    return simple.isEmpty() ? FALLBACK_NAME : simple.toString();
  }

  private static String encoded(String name) {
    StringBuilder encoded = new StringBuilder(name.length() * 3);
    for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || "!#$&+-.^_`|~".indexOf(c) >= 0)) {
        encoded.append(c);
      } else {
        encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return encoded.toString();
  }
}
