package parley.web.multipart;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Parses the headers of a part.
final class HeaderBlock {
  private HeaderBlock() {}

  /// Parses the lines in `buffer[from, to)`, which end with CR LF.
  static PartHeaders parse(byte[] buffer, int from, int to) {
    HeaderValue disposition = null;
    String contentType = null;
    for (String line : unfolded(decoded(buffer, from, to))) {
      int colon = line.indexOf(':');
      if (colon < 1 || line.charAt(colon - 1) <= ' ') {
        throw bad("A part has a header line without a name");
      }
      String value = line.substring(colon + 1).strip();
      switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-disposition" -> {
          if (disposition != null) {
            throw bad("A part has two Content-Disposition headers");
          }
          disposition = HeaderValue.parse(value);
        }
        case "content-type" -> contentType = value;
        case "content-transfer-encoding" -> refuseEncoded(value);
        default -> {
          // RFC 7578 section 4.8: others are ignored.
        }
      }
    }
    return headers(disposition, contentType);
  }

  private static PartHeaders headers(
      @Nullable HeaderValue disposition, @Nullable String contentType) {
    if (disposition == null || !disposition.value().equals("form-data")) {
      throw bad("A part has no \"Content-Disposition: form-data\" header");
    }
    String name = disposition.parameters().get("name");
    if (name == null) {
      throw bad("A part has no name");
    }
    String fileName = disposition.extended("filename");
    String plain = disposition.parameters().get("filename");
    if (fileName == null && plain != null) {
      fileName = browserDecoded(plain);
    }
    return new PartHeaders(browserDecoded(name), fileName, contentType);
  }

  /// Browsers encode quotes and line breaks in names as `%22`, `%0D` and `%0A`, and nothing else
  /// (the HTML standard, "multipart/form-data encoding algorithm").
  private static String browserDecoded(String text) {
    return text.replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0d", "\r")
        .replace("%0A", "\n")
        .replace("%0a", "\n");
  }

  /// RFC 7578 section 4.7 deprecates transfer encodings. Ignoring them would store a different file
  /// than was sent.
  private static void refuseEncoded(String encoding) {
    switch (encoding.toLowerCase(Locale.ROOT)) {
      case "7bit", "8bit", "binary" -> {
        // Identity encodings.
      }
      default -> throw bad("Send parts as they are, without a Content-Transfer-Encoding");
    }
  }

  /// All current clients send names as raw UTF-8. Bytes that are not UTF-8 come from older clients,
  /// which used Latin-1.
  private static String decoded(byte[] buffer, int from, int to) {
    for (int i = from; i < to; i++) {
      if (buffer[i] >= 0 && buffer[i] < ' ' && buffer[i] != '\t' && !isLineBreak(buffer, i, to)) {
        throw bad("A part has a control character in its headers");
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(buffer, from, to - from))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
    }
  }

  private static boolean isLineBreak(byte[] buffer, int i, int to) {
    return buffer[i] == '\r' ? i + 1 < to && buffer[i + 1] == '\n' : buffer[i] == '\n';
  }

  /// A line that begins with white space continues the previous one.
  private static List<String> unfolded(String block) {
    List<String> lines = new ArrayList<>();
    for (String line : block.split("\r\n", -1)) {
      boolean folded = line.startsWith(" ") || line.startsWith("\t");
      if (folded && lines.isEmpty()) {
        throw bad("The first header line of a part begins with white space");
      }
      if (folded) {
        lines.add(lines.removeLast() + ' ' + line.strip());
      } else if (!line.isEmpty()) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static Problem bad(String message) {
    return new Problem(ProblemCode.BAD_MULTIPART, message);
  }
}
