package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a call knows of one user.
///
/// @param invited whether the call rang for them
/// @param rejected whether they rejected it, and have not joined since
/// @param joinedAt when they connected, before any reconnects; null when they never have
public record CallParticipant(
    boolean invited, boolean rejected, @Nullable Instant joinedAt, Presence presence) {
  static final CallParticipant NONE =
      new CallParticipant(false, false, null, new Presence.Disconnected());
  static final CallParticipant INVITED =
      new CallParticipant(true, false, null, new Presence.Disconnected());

  CallParticipant with(Presence newPresence) {
    return new CallParticipant(invited, rejected, joinedAt, newPresence);
  }

  /// Was given a token, to be used until then. Whoever is connected stays connected.
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
