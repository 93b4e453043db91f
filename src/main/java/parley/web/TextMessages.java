package parley.web;

import java.util.function.Consumer;

/// Joins the pieces of text messages. Memory for long ones is reserved as they arrive. For one
/// thread at a time.
final class TextMessages {
  /// As much as Tomcat hands over at once, which a connection's own memory pays for.
  private static final int FREE_CHARS = 8192;

  /// Bytes for each character while a message is joined and handled: it exists twice, and what is
  /// made of it once or twice more.
  private static final long BYTES_PER_CHAR = 4;

  private final int maxChars;
  private final ResourceLimiter.Reservation memory;
  private final StringBuilder partial = new StringBuilder();
  private boolean refused;

  /// @param memory held by a message until it is handled
  TextMessages(int maxChars, ResourceLimiter.Reservation memory) {
    this.maxChars = maxChars;
    this.memory = memory;
  }

  /// Takes a piece.
  ///
  /// @param whole receives each message
  void add(String piece, boolean last, Consumer<String> whole, WebSocket socket) {
    if (refused) {
      return;
    }
    if (partial.length() + piece.length() > maxChars) {
      refuse(
          socket, CloseCode.TOO_BIG, "A message has at most %,d characters.".formatted(maxChars));
      return;
    }
    if (partial.isEmpty() && last) {
      whole.accept(piece);
      return;
    }
    if (partial.length() + piece.length() > FREE_CHARS
        && !memory.tryReserve(BYTES_PER_CHAR * piece.length())) {
      refuse(socket, CloseCode.TRY_AGAIN_LATER, "There is no memory for such a long message now.");
      return;
    }
    partial.append(piece);
    if (last) {
      String message = partial.toString();
      clear();
      try {
        whole.accept(message);
      } finally {
        memory.close();
      }
    }
  }

  /// Gives the memory back.
  void drop() {
    clear();
    memory.close();
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
