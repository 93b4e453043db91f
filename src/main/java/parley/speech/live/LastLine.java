package parley.speech.live;

import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/// Looks at the end of binary messages for the `close` that a shell's pipe writes there as its last
/// line, cut anywhere. For one thread at a time.
final class LastLine {
  /// As much of the end as is looked at.
  private static final int MAX_LENGTH = 64;

  private static final Pattern CLOSE =
      Pattern.compile("\\{\\s*\"type\"\\s*:\\s*\"close\"\\s*\\}\\s*$", Pattern.CASE_INSENSITIVE);

  private final StringBuilder tail = new StringBuilder();

  /// Takes the next piece, and leaves the buffer as it is.
  ///
  /// @param last whether a message ends with it
  /// @return whether it is a `close` that it ends with
  boolean closes(ByteBuffer piece, boolean last) {
    int count = Math.min(MAX_LENGTH, piece.remaining());
    for (int i = piece.limit() - count; i < piece.limit(); i++) {
      tail.append((char) (piece.get(i) & 0xFF));
    }
    tail.delete(0, Math.max(0, tail.length() - MAX_LENGTH));
    return last && CLOSE.matcher(tail).find();
  }
}
