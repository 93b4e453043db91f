package parley.calls;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import parley.calls.livekit.LiveKit;
import parley.calls.livekit.LiveKitParticipant;
import parley.calls.livekit.LiveKitParticipant.Kind;
import parley.calls.livekit.LiveKitRoom;
import parley.calls.livekit.LiveKitSettings;
import parley.calls.livekit.LiveKitTokens;
import parley.calls.livekit.LiveKitUnreachable;
import parley.rooms.Member;
import parley.tenants.UserId;

/// The LiveKit rooms of calls.
public final class LiveKitRooms {
  /// When LiveKit closes a room that this server forgot; the server itself is always faster.
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);

  private final LiveKit liveKit;
  private final LiveKitTokens tokens;
  private final LiveKitSettings settings;
  private final Clock clock;

  public LiveKitRooms(
      LiveKit liveKit, LiveKitTokens tokens, LiveKitSettings settings, Clock clock) {
    this.liveKit = liveKit;
    this.tokens = tokens;
    this.settings = settings;
    this.clock = clock;
  }

  /// Creates the call's room unless it exists.
  LiveKitRoom open(CallId call) throws LiveKitUnreachable {
    return liveKit.openRoom(call.liveKitRoom(), FORGOTTEN, FORGOTTEN);
  }

  /// Closes the call's room and disconnects everybody in it.
  ///
  /// @return whether the room is certain to be empty
  boolean close(CallId call) throws LiveKitUnreachable {
    String room = call.liveKitRoom();
    if (!liveKit.closeRoom(room)) {
      // It does not exist, or LiveKit's Redis has lost it while its node still hosts it.
      disconnectAll(room);
      LiveKitRoom carried = open(call);
      if (carried.people() == 0 && !carried.recorded()) {
        liveKit.closeRoom(room);
      } else if (!liveKit.closeLostRoom(room)) {
        return false;
      }
    }
    return !disconnectAll(room);
  }

  /// Returns whether anybody was connected.
  private boolean disconnectAll(String room) throws LiveKitUnreachable {
    List<LiveKitParticipant> there = liveKit.participants(room);
    for (LiveKitParticipant participant : there) {
      liveKit.disconnect(room, participant.identity(), clock.instant());
    }
    return !there.isEmpty();
  }

  void disconnect(CallId call, UserId user) throws LiveKitUnreachable {
    disconnect(call, user.toString());
  }

  /// Disconnects a participant or a recorder.
  void disconnect(CallId call, String identity) throws LiveKitUnreachable {
    liveKit.disconnect(call.liveKitRoom(), identity, clock.instant());
  }

  /// Returns the calls whose rooms are open. On a shared LiveKit, some may belong to other servers.
  Set<CallId> open() throws LiveKitUnreachable {
    return liveKit.rooms().stream()
        .flatMap(name -> CallId.ofLiveKitRoom(name).stream())
        .collect(Collectors.toSet());
  }

  /// Whether LiveKit lists the call's room.
  boolean isOpen(CallId call) throws LiveKitUnreachable {
    return liveKit.room(call.liveKitRoom()).isPresent();
  }

  /// Takes a snapshot of the room of a live call, and creates the room if it does not exist.
  ///
  /// @param lost whether LiveKit is known to have lost its data about the room
  RoomSnapshot snapshot(CallId call, boolean lost) throws LiveKitUnreachable {
    // Asked first: if Redis loses its data between the two answers, it is the later one that shows
    // that, and nobody in the earlier one is taken for gone.
    List<LiveKitParticipant> there = liveKit.participants(call.liveKitRoom());
    Optional<LiveKitRoom> listed = liveKit.room(call.liveKitRoom());
    // After Redis has lost its data, only the node that hosts a room knows about it.
    LiveKitRoom room = listed.isPresent() ? listed.get() : open(call);
    boolean isLost = lost || (listed.isEmpty() && (room.people() > 0 || room.recorded()));
    List<LiveKitParticipant> people =
        there.stream().filter(one -> one.kind() != Kind.RECORDER).toList();
    return new RoomSnapshot(
        listed.isPresent() || isLost,
        people.stream().flatMap(LiveKitRooms::snapshot).toList(),
        // Unless data was lost, the count is merely some seconds older than the list.
        isLost ? Math.max(0, room.people() - people.size()) : 0,
        there.stream()
            .filter(one -> one.kind() == Kind.RECORDER)
            .map(LiveKitParticipant::identity)
            .collect(Collectors.toSet()),
        room.recorded(),
        isLost);
  }

  /// Returns what this member needs to connect to this call's room.
  ConnectionDetails connectionDetails(Call call, Member member) {
    String room = call.id().liveKitRoom();
    return new ConnectionDetails(
        call.id(),
        settings.clientAddress().toString(),
        tokens.forParticipant(
            room, member.user().toString(), member.name(), call.type() == CallType.VIDEO),
        room);
  }

  /// An identity that is not a user's did not get its token from this server.
  private static Stream<ParticipantSnapshot> snapshot(LiveKitParticipant participant) {
    if (participant.kind() != Kind.PERSON) {
      return Stream.empty();
    }
    return UserId.parse(participant.identity()).stream()
        .map(id ->
            new ParticipantSnapshot(
                id, participant.joinedAt(), participant.videoOn(), participant.audioOn()));
  }
}
