package parley.calls;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// A call with its participants. Only [CallTransitions] derives the next version from it.
///
/// @param participants everybody who was ever invited or joined
/// @param silentSince since when LiveKit has not answered; null if its last answer arrived
/// @param recorders identities of the recorders last seen in the call, known to this server or not;
///   not changed by [CallTransitions]
/// @param version number of changes
public record Call(
    CallId id,
    TenantId tenant,
    RoomId room,
    CallType type,
    UserId initiator,
    Instant startedAt,
    CallState state,
    Map<UserId, CallParticipant> participants,
    @Nullable Instant silentSince,
    Set<String> recorders,
    long version) {

  /// Creates a call that rings for the others and waits for its initiator to connect.
  static Call ringing(
      CallRef ref,
      RoomId room,
      CallType type,
      UserId initiator,
      List<UserId> others,
      Instant now,
      CallTimeouts timeouts) {
    Map<UserId, CallParticipant> participants = noParticipants();
    others.forEach(other -> participants.put(other, CallParticipant.INVITED));
    participants.put(initiator, CallParticipant.NONE.admitted(now.plus(timeouts.connecting())));
    return new Call(
        ref.id(),
        ref.tenant(),
        room,
        type,
        initiator,
        now,
        new CallState.Ringing(now.plus(timeouts.ringing())),
        participants,
        null,
        Set.of(),
        1);
  }

  /// Returns an empty map with the order in which participants are always shown.
  static Map<UserId, CallParticipant> noParticipants() {
    return new TreeMap<>(Comparator.comparing(UserId::value));
  }

  public CallRef ref() {
    return new CallRef(tenant, id);
  }

  public boolean isLive() {
    return !(state instanceof CallState.Ended);
  }

  boolean isConnected(UserId user) {
    return participants.getOrDefault(user, CallParticipant.NONE).presence()
        instanceof Presence.Connected;
  }

  /// Returns the next moment at which time alone changes the call; empty if there is none.
  public Optional<Instant> due() {
    return switch (state) {
      case CallState.Ringing(Instant until) -> Optional.of(until);
      case CallState.Active active ->
          participants.values().stream()
              .map(participant -> participant.presence().until())
              .filter(Objects::nonNull)
              .min(Comparator.naturalOrder());
      case CallState.Ended ended -> Optional.empty();
    };
  }
}
