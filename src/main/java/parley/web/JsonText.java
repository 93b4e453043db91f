package parley.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Scans a JSON body before it is parsed: rejects text that cannot be stored, and estimates the
/// memory of the parsed objects.
///
/// JSON is UTF-8 (RFC 8259, section 8.1). Unpaired surrogates are not characters: they have no
/// UTF-8 encoding, and databases and other programs treat them differently.
final class JsonText {
  /// The maximum memory of an object, array, name or value, in bytes: an empty object in an array
  /// takes 104, a name with a number 88.
  private static final int NODE_BYTES = 112;

  private final String text;
  private long nodes = 1;

  private JsonText(String text) {
    this.text = text;
  }

  /// Scans a body.
  ///
  /// @throws Problem BAD_JSON if it is not UTF-8 or contains unpaired surrogates
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

  /// The estimated memory of JSON that we wrote ourselves and of the parsed objects, in bytes.
  static long memory(String own) {
    JsonText json = new JsonText(own);
    json.check();
    return json.memory();
  }

  String text() {
    return text;
  }

  /// The estimated memory of the text and the parsed objects, in bytes.
  long memory() {
    return 4L * text.length() + NODE_BYTES * nodes;
  }

  private void check() {
    boolean quoted = false;
    for (int at = 0; at < text.length(); at++) {
      switch (text.charAt(at)) {
        case '"' -> quoted = !quoted;
        case '{', '[', ',', ':' -> nodes += quoted ? 0 : 1;
        case '\\' -> at = quoted ? afterEscape(at) - 1 : at;
        default -> {
          // Needs no node.
        }
      }
    }
  }

  /// The position after the escape sequence at `at`.
  private int afterEscape(int at) {
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
          ProblemCode.BAD_JSON,
          "The body contains an unpaired surrogate, which is not a character.");
    }
    return at + 6;
  }

  /// The UTF-16 code unit of an escape sequence such as `\u00e9`; -1 if there is none.
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
