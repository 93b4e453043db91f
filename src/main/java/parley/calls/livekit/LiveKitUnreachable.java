package parley.calls.livekit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// LiveKit did not answer, or unexpectedly refused a request.
public final class LiveKitUnreachable extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean heard;

  LiveKitUnreachable(String message, boolean heard, @Nullable Throwable cause) {
    super(message, cause);
    this.heard = heard;
  }

  /// Whether LiveKit may have executed the request all the same.
  public boolean mayHaveExecuted() {
    return heard;
  }
}
