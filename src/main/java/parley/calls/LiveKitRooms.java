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
import parley.calls.livekit.LiveKitSettings;
import parley.calls.livekit.LiveKitTokens;
import parley.calls.livekit.LiveKitUnreachable;
import parley.rooms.Member;
import parley.tenants.UserId;

/// Each call's room in LiveKit.
public final class LiveKitRooms {
  /// LiveKit closes a room that this server forgot; the server itself is always faster.
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

  /// Makes the call's room, unless it is there.
  void open(CallId call) throws LiveKitUnreachable {
    liveKit.openRoom(call.liveKitRoom(), FORGOTTEN, FORGOTTEN);
  }

  /// Closes the call's room with everybody in it.
  void close(CallId call) throws LiveKitUnreachable {
    liveKit.closeRoom(call.liveKitRoom());
  }

  void disconnect(CallId call, UserId user) throws LiveKitUnreachable {
    liveKit.disconnect(call.liveKitRoom(), user.toString(), clock.instant());
  }

  /// The calls that have a room now. On a LiveKit that serves others too, calls may be among them
  /// that are not this server's.
  Set<CallId> open() throws LiveKitUnreachable {
    return liveKit.rooms().stream()
        .flatMap(name -> CallId.ofLiveKitRoom(name).stream())
        .collect(Collectors.toSet());
  }

  boolean isOpen(CallId call) throws LiveKitUnreachable {
    return liveKit.isOpen(call.liveKitRoom());
  }

  /// Who is connected to the call's room.
  List<Sighting> present(CallId call) throws LiveKitUnreachable {
    return liveKit.participants(call.liveKitRoom()).stream()
        .flatMap(LiveKitRooms::sighting)
        .toList();
  }

  /// What lets this member into this call's room.
  Admission admission(Call call, Member member) {
    String room = call.id().liveKitRoom();
    return new Admission(
        call.id().toString(),
        settings.clientAddress().toString(),
        tokens.forParticipant(
            room, member.user().toString(), member.name(), call.type() == CallType.VIDEO),
        room);
  }

  /// Whoever has an identity that is no user's did not get their token from here.
  private static Stream<Sighting> sighting(LiveKitParticipant participant) {
    Optional<UserId> user = UserId.parse(participant.identity());
    return user.stream()
        .map(id ->
            new Sighting(id, participant.joinedAt(), participant.videoOn(), participant.audioOn()));
  }
}
