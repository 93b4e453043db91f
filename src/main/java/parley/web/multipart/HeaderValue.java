package parley.web.multipart;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// A header value with parameters, such as `form-data; name="file"; filename="a.wav"` (RFC 2045 and
/// 2183).
///
/// @param value the part before the parameters, in lower case
/// @param parameters by name in lower case
record HeaderValue(String value, Map<String, String> parameters) {

  HeaderValue {
    parameters = Collections.unmodifiableMap(parameters);
  }

  /// Parses a value. Rejects unclosed quotes, parameters without a name or value, and duplicates,
  /// because other parsers might interpret them differently.
  static HeaderValue parse(String text) {
    return new Reader(text).read();
  }

  /// The parameter `name*`, decoded by RFC 8187; null if it is missing or malformed.
  @Nullable String extended(String name) {
    String extended = parameters.get(name + "*");
    return extended == null ? null : decodeExtended(extended);
  }

  private static @Nullable String decodeExtended(String text) {
    int first = text.indexOf('\'');
    int second = text.indexOf('\'', first + 1);
    if (first < 0 || second < 0) {
      return null;
    }
    Charset charset;
    switch (text.substring(0, first).toLowerCase(Locale.ROOT)) {
      case "utf-8" -> charset = StandardCharsets.UTF_8;
      case "iso-8859-1" -> charset = StandardCharsets.ISO_8859_1;
      default -> {
        return null;
      }
    }
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int i = second + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int octet = octetAt(text, i + 1);
        if (octet < 0) {
          return null;
        }
        bytes.put((byte) octet);
        i += 2;
      } else if (c > ' ' && c < 0x7f) {
        bytes.put((byte) c);
      } else {
        return null;
      }
    }
    try {
      return charset.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException malformed) {
      return null;
    }
  }

  private static int octetAt(String text, int at) {
    if (at + 2 > text.length()) {
      return -1;
    }
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    boolean ascii = text.charAt(at) < 0x80 && text.charAt(at + 1) < 0x80;
    return ascii && high >= 0 && low >= 0 ? high << 4 | low : -1;
  }

  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    HeaderValue read() {
      String value = upTo(';').toLowerCase(Locale.ROOT);
      Map<String, String> parameters = new HashMap<>();
      while (at < text.length()) {
        at++; // the semicolon
        skipSpace();
        if (at == text.length() || text.charAt(at) == ';') {
          continue; // some clients end with a semicolon
        }
        String name = name();
        skipSpace();
        String parameter = at < text.length() && text.charAt(at) == '"' ? quoted() : upTo(';');
        if (parameters.putIfAbsent(name, parameter) != null) {
          throw bad("A header gives its parameter \"" + name + "\" twice");
        }
      }
      return new HeaderValue(value, parameters);
    }

    private String name() {
      int start = at;
      while (at < text.length() && text.charAt(at) != '=' && text.charAt(at) != ';') {
        at++;
      }
      String name = text.substring(start, at).strip().toLowerCase(Locale.ROOT);
      if (at == text.length() || text.charAt(at) == ';' || name.isEmpty()) {
        throw bad("A header has a parameter without a name or a value");
      }
      at++;
      return name;
    }

    private String quoted() {
      StringBuilder content = new StringBuilder();
      at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          skipSpace();
          if (at < text.length() && text.charAt(at) != ';') {
            throw bad("A header goes on after a quoted value");
          }
          return content.toString();
        }
        // Only these two are escape sequences. Old clients send whole Windows paths with unescaped
        // backslashes.
        if (c == '\\'
            && at < text.length()
            && (text.charAt(at) == '"' || text.charAt(at) == '\\')) {
          c = text.charAt(at++);
        }
        content.append(c);
      }
      throw bad("A quoted value of a header is not closed");
    }

    private String upTo(char end) {
      int start = at;
      while (at < text.length() && text.charAt(at) != end) {
        at++;
      }
      return text.substring(start, at).strip();
    }

    private void skipSpace() {
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
        at++;
      }
    }

    private static Problem bad(String message) {
      return new Problem(ProblemCode.BAD_MULTIPART, message);
    }
  }
}
