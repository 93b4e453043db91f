package parley.web;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.text.LongText;

/// Takes long messages and answers their length.
final class LengthListener implements WebSocketListener {
  private @Nullable WebSocket peer;

  @Override
  public Optional<LongText> longText() {
    return Optional.of(new LengthCounter());
  }

  @Override
  public void opened(WebSocket socket) {
    peer = socket;
  }

  @Override
  public void text(String message) {
    Objects.requireNonNull(peer).send(String.valueOf(message.length()));
  }

  @Override
  public void binary(ByteBuffer piece, boolean last) {}

  @Override
  public void closed(int code) {}

  /// Claims four bytes for each character.
  private final class LengthCounter implements LongText {
    private int chars;

    @Override
    public int maxChars() {
      return 60_000;
    }

    @Override
    public void add(String piece) {
      chars += piece.length();
    }

    @Override
    public long heldBytes() {
      return 4L * chars;
    }

    @Override
    public void end() {
      text("x".repeat(chars));
    }
  }
}
