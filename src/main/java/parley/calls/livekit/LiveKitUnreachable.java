package parley.calls.livekit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// LiveKit did not answer, or refused what it should not refuse.
public final class LiveKitUnreachable extends IOException {
  private static final long serialVersionUID = 1L;

  LiveKitUnreachable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
