package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a call knows of one participant.
///
/// @param invited whether the call rang for them
/// @param rejected whether they said no, and have not come since
/// @param joinedAt when they were first seen in their last stay; null when they never were
public record Seat(
    boolean invited, boolean rejected, @Nullable Instant joinedAt, Presence presence) {
  static final Seat NONE = new Seat(false, false, null, new Presence.Absent());
  static final Seat INVITED = new Seat(true, false, null, new Presence.Absent());

  Seat with(Presence newPresence) {
    return new Seat(invited, rejected, joinedAt, newPresence);
  }

  /// Has a token, until then to be used. Who is connected stays so.
  Seat admitted(Instant until) {
    return switch (presence) {
      case Presence.Connected connected -> new Seat(invited, false, joinedAt, connected);
      case Presence.Awaited awaited ->
          new Seat(invited, false, joinedAt, new Presence.Awaited(until));
      case Presence.Absent absent -> new Seat(invited, false, null, new Presence.Awaited(until));
      case Presence.Departed departed ->
          new Seat(invited, false, null, new Presence.Awaited(until));
    };
  }

  Seat refused() {
    return new Seat(invited, true, joinedAt, presence);
  }

  Seat connected(Sighting sighting) {
    Instant since = presence.keepsCall() && joinedAt != null ? joinedAt : sighting.joinedAt();
    return new Seat(
        invited, false, since, new Presence.Connected(sighting.videoOn(), sighting.audioOn()));
  }
}
