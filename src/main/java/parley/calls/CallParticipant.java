package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The state of one user in a call.
///
/// @param invited whether the call rang for the user
/// @param rejected whether the user rejected it and has not joined since
/// @param joinedAt when the user connected, before any reconnects; null if never
public record CallParticipant(
    boolean invited, boolean rejected, @Nullable Instant joinedAt, Presence presence) {
  static final CallParticipant NONE =
      new CallParticipant(false, false, null, new Presence.Disconnected());
  static final CallParticipant INVITED =
      new CallParticipant(true, false, null, new Presence.Disconnected());

  CallParticipant with(Presence newPresence) {
    return new CallParticipant(invited, rejected, joinedAt, newPresence);
  }

  /// Records that the user got a token, valid until then. A connected user stays connected.
  CallParticipant admitted(Instant until) {
    boolean connected = presence instanceof Presence.Connected;
    return new CallParticipant(
        invited,
        false,
        presence.keepsCall() ? joinedAt : null,
        connected ? presence : new Presence.Connecting(until));
  }

  CallParticipant refused() {
    return new CallParticipant(invited, true, joinedAt, presence);
  }

  CallParticipant connected(ParticipantSnapshot snapshot) {
    Instant since = presence.keepsCall() && joinedAt != null ? joinedAt : snapshot.joinedAt();
    return new CallParticipant(
        invited, false, since, new Presence.Connected(snapshot.videoOn(), snapshot.audioOn()));
  }
}
