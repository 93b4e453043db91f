package parley.calls;

import java.time.Instant;

/// Whether a participant is in a call.
public sealed interface Presence {
  /// Not in it.
  record Absent() implements Presence {}

  /// May come (back) until then: has a token, or lost the connection.
  record Awaited(Instant until) implements Presence {}

  /// In LiveKit's room.
  record Connected(boolean videoOn, boolean audioOn) implements Presence {}

  /// Said that they leave; whoever is seen nevertheless is disconnected.
  record Departed() implements Presence {}

  /// Whether the participant keeps the call going.
  default boolean keepsCall() {
    return switch (this) {
      case Awaited awaited -> true;
      case Connected connected -> true;
      case Absent absent -> false;
      case Departed departed -> false;
    };
  }
}
