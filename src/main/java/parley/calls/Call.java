package parley.calls;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// One call, whole. [CallTransitions] alone makes the next one of it.
///
/// @param seats everybody the call ever had to do with
/// @param silentSince since when LiveKit does not answer; null when it did last
/// @param recorders the identities of what was last seen recording it, whatever this server knows
///   of that; they are no part of what [CallTransitions] changes
/// @param version counts the changes
public record Call(
    CallId id,
    TenantId tenant,
    RoomId room,
    CallType type,
    UserId initiator,
    Instant startedAt,
    CallState state,
    Map<UserId, Seat> seats,
    @Nullable Instant silentSince,
    Set<String> recorders,
    long version) {

  /// A call that begins to ring for the others, and awaits its initiator.
  static Call ringing(
      CallId id,
      TenantId tenant,
      RoomId room,
      CallType type,
      UserId initiator,
      List<UserId> others,
      Instant now,
      CallTimes times) {
    Map<UserId, Seat> seats = new TreeMap<>(Comparator.comparing(UserId::value));
    others.forEach(other -> seats.put(other, Seat.INVITED));
    seats.put(initiator, Seat.NONE.admitted(now.plus(times.connecting())));
    return new Call(
        id,
        tenant,
        room,
        type,
        initiator,
        now,
        new CallState.Ringing(now.plus(times.ringing())),
        seats,
        null,
        Set.of(),
        1);
  }

  public boolean isLive() {
    return !(state instanceof CallState.Ended);
  }

  Seat seat(UserId user) {
    return seats.getOrDefault(user, Seat.NONE);
  }

  /// The next moment at which time alone changes something; empty when none does.
  Optional<Instant> due() {
    return switch (state) {
      case CallState.Ringing(Instant until) -> Optional.of(until);
      case CallState.Active active -> deadlines().min(Comparator.naturalOrder());
      case CallState.Ended ended -> Optional.empty();
    };
  }

  private Stream<Instant> deadlines() {
    return seats.values().stream()
        .map(Seat::presence)
        .flatMap(presence ->
            presence instanceof Presence.Awaited(Instant until)
                ? Stream.of(until)
                : Stream.empty());
  }
}
