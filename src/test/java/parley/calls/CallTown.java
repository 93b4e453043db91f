package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestLiveKit;
import parley.testing.TestParticipant;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// A server with a real LiveKit, and a room of four people: alice, who may all there, bob, carol
/// and dave.
final class CallTown implements AutoCloseable {
  final TestLiveKit liveKit;
  final TestServer server;
  final TestCaller alice;
  final TestCaller bob;
  final TestCaller carol;
  final TestCaller dave;
  final String room;

  private CallTown(TestLiveKit liveKit, TestServer server) {
    this.liveKit = liveKit;
    this.server = server;
    this.alice = server.newTenant();
    this.bob = alice.colleague();
    this.carol = alice.as("carol", Permission.CALLS, Permission.ROOMS);
    this.dave = alice.as("dave", Permission.CALLS, Permission.ROOMS);
    this.room = TestRooms.create(alice, "group");
    List.of(bob, carol, dave).forEach(guest -> TestRooms.bring(alice, room, guest));
  }

  /// @param webhooks whether LiveKit tells the server anything by itself
  static CallTown start(boolean webhooks, Map<String, String> settings) {
    TestLiveKit liveKit = TestLiveKit.prepare();
    Map<String, String> all = liveKit.settings();
    all.put("server.roles", "api,worker");
    all.putAll(settings);
    TestServer server = TestServer.start(all);
    URI hook = server.uri("/v1/calls/webhook");
    liveKit.start(webhooks ? hook : null);
    return new CallTown(liveKit, server);
  }

  /// The same server with other people and another room; only the first has to be closed.
  CallTown withOtherPeople() {
    return new CallTown(liveKit, server);
  }

  /// What another node on the same database and LiveKit is set to.
  Map<String, String> settingsOfAnotherNode(Map<String, String> settings) {
    Map<String, String> all = liveKit.settings();
    all.putAll(settings);
    return all;
  }

  Answer initiate(TestCaller caller, String type) {
    return caller.send(
        "POST",
        "/v1/calls/initiate",
        "{\"room_id\": \"" + room + "\", \"type\": \"" + type + "\"}");
  }

  /// Connects a client with what initiating or joining answered.
  static void connect(TestParticipant client, Answer admission) {
    assertThat(admission.status()).as(admission.text()).isEqualTo(200);
    assertThat(
            client.connect(
                String.valueOf(admission.at("/data/livekit_url")),
                String.valueOf(admission.at("/data/livekit_token"))))
        .isEmpty();
  }

  Answer call(String call) {
    return alice.get("/v1/calls/" + call);
  }

  /// Waits until exactly these take part.
  void awaitParticipants(String call, TestCaller... expected) throws Exception {
    List<String> ids = List.of(expected).stream().map(TestCaller::participantId).sorted().toList();
    Eventually.holds("they take part", () -> participants(call(call)).equals(ids));
  }

  void awaitStatus(String call, String status) throws Exception {
    Eventually.holds(status, () -> status.equals(call(call).at("/data/status")));
  }

  static List<String> participants(Answer call) {
    List<String> ids = new ArrayList<>();
    call.json()
        .at("/data/participants")
        .forEach(participant -> ids.add(participant.get("participant_id").asString()));
    return ids.stream().sorted().toList();
  }

  /// What a participant's entry says.
  static JsonNode participant(Answer call, TestCaller who) {
    for (JsonNode participant : call.json().at("/data/participants")) {
      if (participant.get("participant_id").asString().equals(who.participantId())) {
        return participant;
      }
    }
    return call.json().at("/nothing");
  }

  /// The events of this type that the user heard.
  static List<JsonNode> heard(TestCaller user, String type) {
    List<JsonNode> heard = new ArrayList<>();
    user.get("/v1/sync?since=0&limit=1000")
        .json()
        .at("/data/events")
        .forEach(event -> {
          if (event.get("event_type").asString().equals(type)) {
            heard.add(event);
          }
        });
    return heard;
  }

  @Override
  public void close() {
    server.close();
    liveKit.close();
  }
}
