package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Whether a participant is connected to a call.
public sealed interface Presence {
  /// Not connected.
  record Disconnected() implements Presence {}

  /// Has a token, or lost the connection, and may still (re)connect.
  ///
  /// @param until when this turns into disconnected
  record Connecting(Instant until) implements Presence {}

  /// In LiveKit's room.
  record Connected(boolean videoOn, boolean audioOn) implements Presence {}

  /// Left the call; if still seen in LiveKit's room, the participant is disconnected.
  record Left() implements Presence {}

  /// Whether the participant keeps the call alive.
  default boolean keepsCall() {
    return this instanceof Connecting || this instanceof Connected;
  }

  /// Returns how long to wait for a connection; null if none is expected.
  default @Nullable Instant until() {
    return null;
  }

  default boolean videoOn() {
    return false;
  }

  default boolean audioOn() {
    return false;
  }
}
