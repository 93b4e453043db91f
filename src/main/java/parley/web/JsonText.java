package parley.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// A body that is to be JSON, looked through before anything is made of it: whether its text can be
/// kept, and what it may take as objects.
///
/// JSON is UTF-8 (RFC 8259, section 8.1). Half of a surrogate pair is no character: it has no form
/// in UTF-8, and databases and other programs make something else of it, each in its own way.
final class JsonText {
  /// What an object, a list, a name or a value takes at most, in bytes: an empty object in a list
  /// is 104, a name with a number 88.
  private static final int NODE_BYTES = 112;

  private final String text;
  private long nodes = 1;

  private JsonText(String text) {
    this.text = text;
  }

  /// Throws BAD_JSON for what is no UTF-8, or holds half of a surrogate pair.
  static JsonText of(byte[] body) {
    try {
      JsonText json =
          new JsonText(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
      json.check();
      return json;
    } catch (CharacterCodingException other) {
      throw new Problem(ProblemCode.BAD_JSON, "The body is not UTF-8.");
    }
  }

  String text() {
    return text;
  }

  /// What the text and the objects made of it take, in bytes.
  long memory() {
    return 4L * text.length() + NODE_BYTES * nodes;
  }

  private void check() {
    boolean quoted = false;
    for (int at = 0; at < text.length(); at++) {
      switch (text.charAt(at)) {
        case '"' -> quoted = !quoted;
        case '{', '[', ',', ':' -> nodes += quoted ? 0 : 1;
        case '\\' -> at = quoted ? behindEscape(at) - 1 : at;
        default -> {
          // Counts as text.
        }
      }
    }
  }

  /// Where the text goes on behind the escape that begins at `at`.
  private int behindEscape(int at) {
    int unit = unit(at);
    if (unit < 0) {
      return at + 2;
    }
    if (Character.isHighSurrogate((char) unit)) {
      int next = unit(at + 6);
      if (next >= 0 && Character.isLowSurrogate((char) next)) {
        return at + 12;
      }
    }
    if (Character.isSurrogate((char) unit)) {
      throw new Problem(
          ProblemCode.BAD_JSON, "The body has half of a surrogate pair, which is no character.");
    }
    return at + 6;
  }

  /// The UTF-16 unit that an escape such as `\u00e9` stands for; -1 where there is none.
  private int unit(int at) {
    if (at + 6 > text.length() || text.charAt(at) != '\\' || text.charAt(at + 1) != 'u') {
      return -1;
    }
    int unit = 0;
    for (int digit = at + 2; digit < at + 6; digit++) {
      int value = Character.digit(text.charAt(digit), 16);
      if (value < 0) {
        return -1;
      }
      unit = unit * 16 + value;
    }
    return unit;
  }
}
