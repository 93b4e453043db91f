package parley.calls.livekit;

import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import parley.json.Json;
import tools.jackson.databind.JsonNode;

/// A client for LiveKit's room service, in JSON over HTTP (Twirp).
/// https://docs.livekit.io/reference/server/server-apis/
public final class LiveKit implements AutoCloseable {
  private final LiveKitSettings settings;
  private final LiveKitTokens tokens;
  private final HttpClient client;
  private final Twirp twirp;

  private LiveKit(LiveKitSettings settings, LiveKitTokens tokens, HttpClient client, Twirp twirp) {
    this.settings = settings;
    this.tokens = tokens;
    this.client = client;
    this.twirp = twirp;
  }

  /// Creates a client without connecting. The caller closes it.
  public static LiveKit at(LiveKitSettings settings, LiveKitTokens tokens) {
    HttpClient client =
        HttpClient.newBuilder()
            // LiveKit supports nothing newer without TLS.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connecting())
            .build();
    return new LiveKit(settings, tokens, client, new Twirp(settings, client));
  }

  /// Returns a client for its egress service, usable until this client is closed.
  ///
  /// @param output where recordings are delivered
  public Egress egress(EgressOutput output) {
    return new Egress(twirp, tokens, settings, output);
  }

  /// Creates the room unless it exists, and returns what the node that hosts it knows, which is the
  /// only source left after LiveKit's Redis has lost its data.
  ///
  /// @param empty how long it stays open before anybody joins
  /// @param deserted how long it stays open after the last participant left
  public LiveKitRoom openRoom(String room, Duration empty, Duration deserted)
      throws LiveKitUnreachable {
    return described(
        ask(
            "CreateRoom",
            room,
            Map.of(
                "name", room,
                "empty_timeout", empty.toSeconds(),
                "departure_timeout", deserted.toSeconds())));
  }

  /// Closes the room and disconnects everybody; false if LiveKit knows no such room.
  public boolean closeRoom(String room) throws LiveKitUnreachable {
    try {
      twirp.ask(
          "livekit.RoomService/DeleteRoom",
          tokens.forService(room),
          Map.of("room", room),
          settings.answering());
      return true;
    } catch (TwirpProblem problem) {
      if (problem.isNotFound()) {
        return false;
      }
      throw refused("DeleteRoom", problem);
    }
  }

  /// Closes a room that its node hosts and LiveKit's Redis has lost. The node writes the room back
  /// to Redis only when somebody connects. So this server connects, without sending or receiving
  /// media, and then the room is closed.
  ///
  /// @return whether LiveKit then knew the room
  public boolean closeLostRoom(String room) throws LiveKitUnreachable {
    try (LiveKitSignal connected =
        LiveKitSignal.connect(client, settings, tokens.forCloser(room))) {
      connected.awaitAnswer();
      return closeRoom(room);
    }
  }

  /// Returns the names of all open rooms, including those of other servers.
  public List<String> rooms() throws LiveKitUnreachable {
    return elements(ask("ListRooms", "", Map.of()), "rooms")
        .map(room -> text(room, "name"))
        .toList();
  }

  /// Finds a room; empty if LiveKit knows no such room.
  public Optional<LiveKitRoom> room(String room) throws LiveKitUnreachable {
    return elements(ask("ListRooms", room, Map.of("names", List.of(room))), "rooms")
        .map(LiveKit::described)
        .findAny();
  }

  private static LiveKitRoom described(JsonNode room) {
    return new LiveKitRoom(
        text(room, "name"),
        room.path("num_participants").asInt(0),
        room.path("active_recording").asBoolean(false));
  }

  /// Returns everything connected to the room, including recorders and other programs; empty if the
  /// room is not open.
  public List<LiveKitParticipant> participants(String room) throws LiveKitUnreachable {
    return elements(ask("ListParticipants", room, Map.of("room", room)), "participants")
        .filter(participant -> !text(participant, "state").equals("DISCONNECTED"))
        .map(LiveKit::participant)
        .toList();
  }

  /// Disconnects a participant and revokes the tokens issued to them so far.
  public void disconnect(String room, String identity, Instant now) throws LiveKitUnreachable {
    ask(
        "RemoveParticipant",
        room,
        Map.of(
            "room", room,
            "identity", identity,
            // LiveKit's default is a minute from now, which would revoke the token of a returning
            // participant.
            "revoke_token_ts", now.getEpochSecond()));
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }

  private static LiveKitParticipant.Kind kind(JsonNode participant) {
    String kind = text(participant, "kind");
    if (kind.equals("EGRESS") || participant.at("/permission/recorder").asBoolean(false)) {
      return LiveKitParticipant.Kind.RECORDER;
    }
    // Protobuf's JSON may omit the first value of an enumeration.
    return kind.isEmpty() || kind.equals("STANDARD")
        ? LiveKitParticipant.Kind.PERSON
        : LiveKitParticipant.Kind.OTHER;
  }

  private static LiveKitParticipant participant(JsonNode participant) {
    return new LiveKitParticipant(
        text(participant, "identity"),
        kind(participant),
        // Protobuf writes 64-bit integers as strings.
        Instant.ofEpochSecond(Long.parseLong(participant.path("joined_at").asString("0"))),
        sends(participant, "VIDEO"),
        sends(participant, "AUDIO"));
  }

  private static boolean sends(JsonNode participant, String type) {
    return elements(participant, "tracks")
        .anyMatch(track -> {
          String of = text(track, "type");
          return (of.isEmpty() ? "AUDIO" : of).equals(type)
              && !track.path("muted").asBoolean(false);
        });
  }

  private static Stream<JsonNode> elements(JsonNode node, String name) {
    return StreamSupport.stream(node.path(name).spliterator(), false);
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  private JsonNode ask(String method, String room, Map<String, Object> request)
      throws LiveKitUnreachable {
    try {
      return twirp.ask(
          "livekit.RoomService/" + method, tokens.forService(room), request, settings.answering());
    } catch (TwirpProblem problem) {
      if (problem.isNotFound()) {
        // The room or participant is gone.
        return Json.tree("{}".getBytes(StandardCharsets.UTF_8));
      }
      throw refused(method, problem);
    }
  }

  private LiveKitUnreachable refused(String method, TwirpProblem problem) {
    return new LiveKitUnreachable(
        settings + " answers " + method + " with " + problem.getMessage(), true, problem);
  }
}
