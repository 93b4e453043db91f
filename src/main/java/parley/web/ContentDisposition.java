package parley.web;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import parley.filenames.FileName;

/// Writes `Content-Disposition` headers for any file name (RFC 6266).
public final class ContentDisposition {
  private static final String FALLBACK_NAME = "file";

  private ContentDisposition() {}

  /// The header for a file that the browser may show in place.
  public static String inline(String fileName) {
    return header("inline", fileName);
  }

  /// The header for a file that the browser has to save.
  public static String attachment(String fileName) {
    return header("attachment", fileName);
  }

  /// Whatever the name holds, the header is visible ASCII on one line; the name is cleaned first as
  /// [FileName#clean] says. A name that is not plain ASCII is given twice: simplified for old
  /// clients, and whole in the encoding of RFC 8187, which every browser prefers.
  private static String header(String kind, String fileName) {
    String name = FileName.clean(fileName, FALLBACK_NAME);
    String simple = simplified(name);
    String header = kind + "; filename=\"" + simple + '"';
    return simple.equals(name) ? header : header + "; filename*=UTF-8''" + encoded(name);
  }

  /// Quotes and backslashes are escaped in as many ways as there are clients, and some decode
  /// percent signs here (RFC 6266 appendix D): so none of them stays.
  private static String simplified(String name) {
    StringBuilder simple = new StringBuilder(name.length());
    Normalizer.normalize(name, Normalizer.Form.NFD)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .map(c -> c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%' ? '_' : c)
        .forEach(simple::appendCodePoint);
    // A name of nothing but combining marks has no simple form.
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
