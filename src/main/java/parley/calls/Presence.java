package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Whether a participant is connected to a call.
public sealed interface Presence {
  /// Not connected.
  record Disconnected() implements Presence {}

  /// Has a token, or lost the connection, and may still (re)connect.
  ///
  /// @param until when that counts as disconnected
  record Connecting(Instant until) implements Presence {}

  /// In LiveKit's room.
  record Connected(boolean videoOn, boolean audioOn) implements Presence {}

  /// Left the call; whoever is still seen in LiveKit's room is disconnected.
  record Left() implements Presence {}

  /// Whether the participant keeps the call going.
  default boolean keepsCall() {
    return this instanceof Connecting || this instanceof Connected;
  }

  /// Until when a connection is waited for; null when none is.
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
