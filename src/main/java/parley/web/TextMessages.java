package parley.web;

import org.jspecify.annotations.Nullable;
import parley.text.LongText;

/// Joins the pieces of short text messages, and passes those of long ones on. For one thread at a
/// time.
final class TextMessages {
  /// As much as Tomcat hands over at once, which a connection's own memory pays for.
  private static final int MAX_SHORT_CHARS = 8192;

  private final WebSocketListener listener;
  private final ResourceLimiter.Reservation memory;
  private final StringBuilder partial = new StringBuilder();

  /// Reads the long message that arrives; null while none does.
  private @Nullable LongText longText;

  private int longChars;
  private long reserved;
  private boolean refused;

  /// @param memory held by a long message while it arrives
  TextMessages(WebSocketListener listener, ResourceLimiter.Reservation memory) {
    this.listener = listener;
    this.memory = memory;
  }

  /// Takes a piece.
  void add(String piece, boolean last, WebSocket socket) {
    if (refused) {
      return;
    }
    LongText text = longText;
    if (text == null) {
      if (partial.length() + piece.length() <= MAX_SHORT_CHARS) {
        addShort(piece, last);
        return;
      }
      text = listener.longText().orElse(null);
      if (text == null) {
        refuseLength(MAX_SHORT_CHARS, socket);
        return;
      }
      longText = text;
    }
    addLong(text, partial + piece, last, socket);
  }

  private void addShort(String piece, boolean last) {
    if (!last) {
      partial.append(piece);
      return;
    }
    String message = partial.isEmpty() ? piece : partial + piece;
    clear();
    listener.text(message);
  }

  private void addLong(LongText text, String piece, boolean last, WebSocket socket) {
    clear();
    longChars += piece.length();
    if (longChars > text.maxChars()) {
      refuseLength(text.maxChars(), socket);
      return;
    }
    text.add(piece);
    if (last) {
      text.end();
      drop();
      return;
    }
    long held = text.heldBytes();
    memory.release(Math.max(0, reserved - held));
    if (held > reserved && !memory.tryReserve(held - reserved)) {
      refuse(socket, CloseCode.TRY_AGAIN_LATER, "There is no memory for such a long message now.");
      return;
    }
    reserved = held;
  }

  /// Gives the memory back.
  void drop() {
    clear();
    longText = null;
    longChars = 0;
    reserved = 0;
    memory.close();
  }

  private void refuseLength(int maxChars, WebSocket socket) {
    refuse(socket, CloseCode.TOO_BIG, "A message has at most %,d characters.".formatted(maxChars));
  }

  private void refuse(WebSocket socket, int code, String reason) {
    refused = true;
    drop();
    socket.close(code, reason);
  }

  private void clear() {
    partial.setLength(0);
    partial.trimToSize();
  }
}
