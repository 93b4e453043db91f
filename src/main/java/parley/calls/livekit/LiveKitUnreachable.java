package parley.calls.livekit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// LiveKit did not answer, or refused what it should not refuse.
public final class LiveKitUnreachable extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean heard;

  LiveKitUnreachable(String message, boolean heard, @Nullable Throwable cause) {
    super(message, cause);
    this.heard = heard;
  }

  /// Whether LiveKit may have done what it was asked all the same.
  public boolean mayHaveHeard() {
    return heard;
  }
}
