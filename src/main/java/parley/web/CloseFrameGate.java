package parley.web;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Gives notice of a WebSocket's close frame before Tomcat reads it, because Tomcat answers it at
/// once and sends nothing afterwards. For one thread at a time.
final class CloseFrameGate {
  /// RFC 6455 section 5.2, as all numbers here.
  private static final int CLOSE = 8;

  private static final int OPCODE = 0x0F;
  private static final int MASKED = 0x80;
  private static final int LENGTH = 0x7F;
  private static final int TWO_BYTES_FOLLOW = 126;
  private static final int EIGHT_BYTES_FOLLOW = 127;
  private static final int MASK_BYTES = 4;

  private final Runnable beforeClose;

  /// The header of the current frame, up to its length.
  private final ByteBuffer header = ByteBuffer.allocate(2 + Long.BYTES);

  /// Bytes of the current frame behind that header.
  private long rest;

  /// The close frame and what has come behind it; empty before.
  private ByteBuffer held = ByteBuffer.allocate(0);

  private boolean closing;

  /// @param beforeClose called once the frames before the close frame are read; what it blocks is
  ///   the reading
  CloseFrameGate(Runnable beforeClose) {
    this.beforeClose = beforeClose;
  }

  /// A source of bytes that does not block.
  @FunctionalInterface
  interface Source {
    int read(ByteBuffer to) throws IOException;
  }

  /// Reads like the source, but never a close frame together with what is before it.
  int read(Source source, ByteBuffer to) throws IOException {
    if (!closing) {
      int from = to.position();
      int count = source.read(to);
      if (count > 0) {
        hold(to, closeFrame(to, from));
      }
      if (!closing || to.position() > from) {
        return closing ? to.position() - from : count;
      }
    }
    if (!held.hasRemaining()) {
      return source.read(to);
    }
    beforeClose.run();
    int count = Math.min(held.remaining(), to.remaining());
    to.put(held.slice(held.position(), count));
    held.position(held.position() + count);
    return count;
  }

  /// Takes what is from `from` on out of the buffer.
  private void hold(ByteBuffer bytes, int from) {
    int count = bytes.position() - from;
    if (count > 0) {
      closing = true;
      held = ByteBuffer.allocate(count).put(bytes.slice(from, count)).flip();
      bytes.position(from);
    }
  }

  /// Where the close frame begins among the bytes from `from` on; behind them if there is none.
  private int closeFrame(ByteBuffer bytes, int from) {
    int at = from;
    while (at < bytes.position()) {
      if (rest > 0) {
        int passed = (int) Math.min(rest, bytes.position() - at);
        rest -= passed;
        at += passed;
      } else if (header.position() == 0 && (bytes.get(at) & OPCODE) == CLOSE) {
        return at;
      } else {
        header.put(bytes.get(at));
        at++;
        endHeader();
      }
    }
    return at;
  }

  private void endHeader() {
    int length = header.position() < 2 ? 0 : header.get(1) & LENGTH;
    int size =
        switch (length) {
          case TWO_BYTES_FOLLOW -> 2 + Short.BYTES;
          case EIGHT_BYTES_FOLLOW -> 2 + Long.BYTES;
          default -> 2;
        };
    if (header.position() < size) {
      return;
    }
    long payload =
        switch (length) {
          case TWO_BYTES_FOLLOW -> Short.toUnsignedLong(header.getShort(2));
          // The most significant bit must be 0, or Tomcat ends the connection.
          case EIGHT_BYTES_FOLLOW -> header.getLong(2) & Long.MAX_VALUE;
          default -> length;
        };
    int mask = (header.get(1) & MASKED) == 0 ? 0 : MASK_BYTES;
    rest = Math.min(payload, Long.MAX_VALUE - mask) + mask;
    header.clear();
  }
}
