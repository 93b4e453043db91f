package parley.calls.livekit;

import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import parley.web.Json;
import tools.jackson.databind.JsonNode;

/// LiveKit's room service, asked in JSON over HTTP (Twirp).
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

  /// A client that has not asked anything yet. The caller closes it.
  public static LiveKit at(LiveKitSettings settings, LiveKitTokens tokens) {
    HttpClient client =
        HttpClient.newBuilder()
            // LiveKit's port without TLS knows nothing newer.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connecting())
            .build();
    return new LiveKit(settings, tokens, client, new Twirp(settings, client));
  }

  /// What records its rooms; it is of use until this is closed.
  ///
  /// @param output where recordings are put
  public Egress egress(EgressOutput output) {
    return new Egress(this, twirp, tokens, settings, output);
  }

  /// Makes the room; one that is there stays as it is.
  ///
  /// @param empty how long it stays open before anybody came
  /// @param deserted how long it stays open after the last one left
  public void openRoom(String room, Duration empty, Duration deserted) throws LiveKitUnreachable {
    ask(
        "CreateRoom",
        room,
        Map.of(
            "name", room,
            "empty_timeout", empty.toSeconds(),
            "departure_timeout", deserted.toSeconds()));
  }

  /// Closes the room with everybody in it; does nothing when it is not there.
  public void closeRoom(String room) throws LiveKitUnreachable {
    ask("DeleteRoom", room, Map.of("room", room));
  }

  /// The names of all open rooms, also those that are not this server's.
  public List<String> rooms() throws LiveKitUnreachable {
    return elements(ask("ListRooms", "", Map.of()), "rooms")
        .map(room -> text(room, "name"))
        .toList();
  }

  public boolean isOpen(String room) throws LiveKitUnreachable {
    return described(room).findAny().isPresent();
  }

  /// Whether somebody is connected to the room whose token says that they record it.
  boolean isRecorded(String room) throws LiveKitUnreachable {
    return described(room).anyMatch(open -> open.path("active_recording").asBoolean(false));
  }

  private Stream<JsonNode> described(String room) throws LiveKitUnreachable {
    return elements(ask("ListRooms", room, Map.of("names", List.of(room))), "rooms");
  }

  /// The people in the room, without what records or feeds it; empty when it is not open.
  public List<LiveKitParticipant> participants(String room) throws LiveKitUnreachable {
    return connections(room).filter(LiveKit::isPerson).map(LiveKit::participant).toList();
  }

  /// Whether somebody of this identity is connected to the room, also one that records it.
  boolean isConnected(String room, String identity) throws LiveKitUnreachable {
    return connections(room)
        .anyMatch(participant -> text(participant, "identity").equals(identity));
  }

  private Stream<JsonNode> connections(String room) throws LiveKitUnreachable {
    return elements(ask("ListParticipants", room, Map.of("room", room)), "participants")
        .filter(participant -> !text(participant, "state").equals("DISCONNECTED"));
  }

  /// Lets go of somebody, together with the tokens they were given until now.
  public void disconnect(String room, String identity, Instant now) throws LiveKitUnreachable {
    ask(
        "RemoveParticipant",
        room,
        Map.of(
            "room", room,
            "identity", identity,
            // Else LiveKit takes a minute more, and with it the token of one who comes back.
            "revoke_token_ts", now.getEpochSecond()));
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }

  private static boolean isPerson(JsonNode participant) {
    String kind = text(participant, "kind");
    // The first value of a protobuf enumeration may be left out of its JSON.
    return kind.isEmpty() || kind.equals("STANDARD");
  }

  private static LiveKitParticipant participant(JsonNode participant) {
    return new LiveKitParticipant(
        text(participant, "identity"),
        // Protobuf writes 64 bits as text.
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
        // A room or participant that is gone.
        return Json.tree("{}".getBytes(StandardCharsets.UTF_8));
      }
      throw new LiveKitUnreachable(
          settings + " answers " + method + " with " + problem.getMessage(), true, problem);
    }
  }
}
