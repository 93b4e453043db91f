package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Tells control messages from sound. A control message comes as a text message or, from a shell's
/// pipe, as a line at the head or the tail of a binary one, cut anywhere. For one thread at a time.
final class StreamReader {
  /// As long as text messages may be.
  private static final int MAX_CONTROL_BYTES = 8192;

  /// Objects within objects; control messages need none. What lies deeper is sound, so that each
  /// bracket in sound is looked at a few times and not from every bracket before it.
  private static final int MAX_DEPTH = 16;

  /// Bytes that may turn out to begin a control message.
  private byte[] held = new byte[0];

  private boolean atHead = true;

  /// Of those, some came with an earlier message.
  private boolean heldLonger;

  /// The message that is being read had more before those.
  private boolean messageBegun;

  /// A control message was the last thing, and the end of its line may follow.
  private boolean lineOpen;

  /// Reads a text message; returns false if it is no control message.
  boolean text(String message, LiveSession found) throws IOException {
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    int at = blank(text, 0);
    do {
      Parsed parsed = parse(text, at);
      if (parsed.kind != Kind.CONTROL) {
        return false;
      }
      found.control(parsed.control.orElseThrow());
      at = blank(text, parsed.end);
    } while (at < text.length);
    return true;
  }

  /// Reads a piece of a binary message.
  void binary(ByteBuffer piece, boolean last, LiveSession found) throws IOException {
    byte[] bytes = new byte[held.length + piece.remaining()];
    System.arraycopy(held, 0, bytes, 0, held.length);
    piece.get(bytes, held.length, piece.remaining());
    held = new byte[0];
    int at = 0;
    if (lineOpen && bytes.length > 0) {
      at = newline(bytes, 0);
      lineOpen = false;
    }
    while (atHead && at < bytes.length) {
      Parsed parsed = parse(bytes, at);
      switch (parsed.kind) {
        case CONTROL -> {
          found.control(parsed.control.orElseThrow());
          lineOpen = isLineOpen(bytes, at, parsed, last);
          at = newline(bytes, parsed.end);
        }
        case UNFINISHED -> {
          held = Arrays.copyOfRange(bytes, at, bytes.length);
          heldLonger = heldLonger || last;
          messageBegun = !last && (messageBegun || at > 0);
          return;
        }
        case SOUND -> atHead = false;
      }
    }
    readTail(bytes, at, last, found);
    atHead = atHead || last;
    messageBegun = !last;
  }

  /// What was held back when the stream ended, which was sound then.
  void end(LiveSession found) throws IOException {
    if (held.length > 0) {
      byte[] rest = held;
      held = new byte[0];
      found.sound(ByteBuffer.wrap(rest));
    }
  }

  private void readTail(byte[] bytes, int from, boolean last, LiveSession found)
      throws IOException {
    int tail = tail(bytes, from);
    if (tail > from) {
      found.sound(ByteBuffer.wrap(bytes, from, tail - from));
    }
    int at = tail;
    while (last && at < bytes.length) {
      Parsed parsed = parse(bytes, at);
      if (parsed.kind != Kind.CONTROL) {
        break;
      }
      found.control(parsed.control.orElseThrow());
      lineOpen = isLineOpen(bytes, at, parsed, true);
      at = newline(bytes, parsed.end);
    }
    held = Arrays.copyOfRange(bytes, at, bytes.length);
    heldLonger = held.length > 0 && last;
  }

  /// Whether a line's end may come with the next bytes. After a message that is nothing but a
  /// control message none does: such a client writes no lines, and sound may begin with any byte.
  private boolean isLineOpen(byte[] bytes, int from, Parsed parsed, boolean last) {
    boolean alone = last && from == 0 && !heldLonger && !messageBegun;
    return parsed.end == bytes.length && !alone;
  }

  /// Where the control messages at the end begin, of which the last may be unfinished.
  private static int tail(byte[] bytes, int from) {
    for (int i = Math.max(from, bytes.length - MAX_CONTROL_BYTES); i < bytes.length; i++) {
      if (bytes[i] == '{' && isTail(bytes, i)) {
        return i;
      }
    }
    return bytes.length;
  }

  private static boolean isTail(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length) {
      Parsed parsed = parse(bytes, at);
      if (parsed.kind == Kind.SOUND) {
        return false;
      }
      at = parsed.kind == Kind.CONTROL ? newline(bytes, parsed.end) : bytes.length;
    }
    return true;
  }

  private enum Kind {
    CONTROL,
    /// May become a control message with more bytes.
    UNFINISHED,
    SOUND
  }

  private record Parsed(Kind kind, int end, Optional<Control> control) {
    static final Parsed SOUND = new Parsed(Kind.SOUND, 0, Optional.empty());
    static final Parsed UNFINISHED = new Parsed(Kind.UNFINISHED, 0, Optional.empty());
  }

  /// Looks for a control message that begins here.
  private static Parsed parse(byte[] bytes, int from) {
    if (from == bytes.length || bytes[from] != '{') {
      return Parsed.SOUND;
    }
    int first = blank(bytes, from + 1);
    if (first < bytes.length && bytes[first] != '"') {
      return Parsed.SOUND;
    }
    int depth = 0;
    boolean quoted = false;
    int limit = Math.min(bytes.length, from + MAX_CONTROL_BYTES);
    for (int i = from; i < limit; i++) {
      byte letter = bytes[i];
      if (quoted) {
        if (letter >= 0 && letter < ' ') {
          return Parsed.SOUND;
        }
        if (letter == '\\') {
          i++;
        } else if (letter == '"') {
          quoted = false;
        }
      } else if (letter == '"') {
        quoted = true;
      } else if (letter == '{') {
        depth++;
        if (depth > MAX_DEPTH) {
          return Parsed.SOUND;
        }
      } else if (letter == '}') {
        depth--;
        if (depth == 0) {
          String text = new String(bytes, from, i + 1 - from, StandardCharsets.UTF_8);
          Optional<Control> control = Control.read(text);
          return control.isPresent() ? new Parsed(Kind.CONTROL, i + 1, control) : Parsed.SOUND;
        }
      } else if (!isJson(letter)) {
        return Parsed.SOUND;
      }
    }
    return bytes.length - from < MAX_CONTROL_BYTES ? Parsed.UNFINISHED : Parsed.SOUND;
  }

  /// Whether a byte may stand outside the strings of JSON.
  private static boolean isJson(byte letter) {
    return (letter >= '0' && letter <= '9')
        || (letter >= 'a' && letter <= 'z')
        || letter == 'E'
        || isBlank(letter)
        || ":,[]+-.".indexOf(letter) >= 0;
  }

  private static boolean isBlank(byte letter) {
    return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
  }

  private static int blank(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && isBlank(bytes[at])) {
      at++;
    }
    return at;
  }

  /// Passes the end of the line, which belongs to the control message; never more, since sound may
  /// begin with any byte.
  private static int newline(byte[] bytes, int from) {
    int at = from;
    if (at < bytes.length && bytes[at] == '\r') {
      at++;
    }
    return at < bytes.length && bytes[at] == '\n' ? at + 1 : from;
  }
}
