package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestParticipant;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Whole calls with a real LiveKit and real WebRTC clients, with LiveKit's webhooks and without
/// any: both at the same time, since most of it is waiting until LiveKit notices something.
@Tag("slow")
class CallScenariosTest {
  private static CallTown told;
  private static CallTown untold;

  @BeforeAll
  static void start() {
    // What looking would find comes too late for any test where there are webhooks.
    told = CallTown.start(true, settings("600"));
    untold = CallTown.start(false, settings("1"));
  }

  private static Map<String, String> settings(String lookEvery) {
    return settings(lookEvery, lookEvery);
  }

  private static Map<String, String> settings(String lookEvery, String awaitedLookEvery) {
    return Map.of(
        "calls.look_every_seconds", lookEvery,
        "calls.awaited_look_every_seconds", awaitedLookEvery,
        "calls.reconnecting_seconds", "3");
  }

  @AfterAll
  static void stop() {
    told.close();
    untold.close();
  }

  /// One story, to be told of a town.
  @FunctionalInterface
  private interface Story {
    void happensIn(CallTown town) throws Exception;
  }

  private static void inBoth(Story story) throws Exception {
    try (ExecutorService towns = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> stories =
          Stream.of(told.withOtherPeople(), untold.withOtherPeople())
              .<Future<?>>map(town ->
                  towns.submit(() -> {
                    story.happensIn(town);
                    return town;
                  }))
              .toList();
      for (Future<?> one : stories) {
        one.get();
      }
    }
  }

  @Test
  void tellsWhoComesAndGoesUntilTheLastOneLeaves() throws Exception {
    inBoth(CallScenariosTest::comingAndGoing);
  }

  private static void comingAndGoing(CallTown town) throws Exception {
    try (TestParticipant alice = TestParticipant.start();
        TestParticipant dave = TestParticipant.start();
        TestParticipant carol = TestParticipant.start()) {
      Answer initiated = town.initiate(town.alice, "video");
      String call = String.valueOf(initiated.at("/data/call_id"));
      String path = "/v1/calls/" + call;
      assertThat(initiated.at("/data/livekit_room")).isEqualTo("scaiwave-" + call);
      assertThat(town.call(call).at("/data/status")).isEqualTo("ringing");
      CallTown.connect(alice, initiated);
      town.awaitParticipants(call, town.alice);
      assertThat(town.call(call).at("/data/status")).isEqualTo("ringing");

      Answer rejected = town.bob.post(path + "/reject");
      assertThat(rejected.at("/data/status")).isEqualTo("ringing");

      Answer joined = town.dave.post(path + "/join");
      assertThat(town.call(call).at("/data/status")).isEqualTo("active");
      CallTown.connect(dave, joined);
      town.awaitParticipants(call, town.alice, town.dave);
      alice.publish(true);
      Eventually.holds("alice is heard and seen", () -> sends(town, call, true, true));
      alice.silence();
      Eventually.holds("alice is only seen", () -> sends(town, call, true, false));

      // Somebody who calls the same room comes into the same call.
      Answer late = town.initiate(town.carol, "audio");
      assertThat(late.at("/data/call_id")).isEqualTo(call);
      CallTown.connect(carol, late);
      town.awaitParticipants(call, town.alice, town.carol, town.dave);
      Eventually.holds("they see each other", () -> carol.others() == 2);

      dave.kill();
      town.awaitParticipants(call, town.alice, town.carol);
      assertThat(town.call(call).at("/data/status")).isEqualTo("active");

      assertThat(town.alice.post(path + "/leave").at("/data/status")).isEqualTo("active");
      town.awaitParticipants(call, town.carol);
      // For a moment the call still waits for dave, who may come back.
      assertThat(town.carol.post(path + "/leave").status()).isEqualTo(200);
      town.awaitStatus(call, "ended");
      Answer ended = town.call(call);
      assertThat(ended.at("/data/end_reason")).isEqualTo("completed");
      assertThat(Instant.parse(ended.at("/data/ended_at")))
          .isAfterOrEqualTo(Instant.parse(ended.at("/data/started_at")));
      assertThat(CallTown.participants(ended)).hasSize(3);
      assertThat(town.carol.post(path + "/join").status()).isEqualTo(410);
      assertThat(town.carol.post(path + "/leave").at("/error/code")).isEqualTo("SW_CALL_ENDED");

      assertHeard(town, call);
    }
  }

  private static void assertHeard(CallTown town, String call) {
    assertThat(CallTown.heard(town.alice, "swp.call.invite")).isEmpty();
    for (TestCaller called : List.of(town.bob, town.carol, town.dave)) {
      List<JsonNode> invitations = CallTown.heard(called, "swp.call.invite");
      assertThat(invitations).hasSize(1);
      JsonNode invitation = invitations.getFirst().get("content");
      assertThat(invitation.get("call_id").asString()).isEqualTo(call);
      assertThat(invitation.get("call_type").asString()).isEqualTo("video");
      assertThat(invitation.get("initiator_id").asString()).isEqualTo(town.alice.participantId());
      assertThat(Instant.parse(invitation.get("expires_at").asString())).isAfter(Instant.EPOCH);
    }
    List<JsonNode> states = CallTown.heard(town.bob, "swp.call.state");
    Stream<String> statuses =
        states.stream().map(event -> event.at("/content/status").asString()).distinct();
    assertThat(statuses).containsExactly("ringing", "active", "ended");
    assertThat(states)
        .filteredOn(event -> event.at("/content/status").asString().equals("ended"))
        .singleElement()
        .satisfies(
            event -> assertThat(event.at("/content/reason").asString()).isEqualTo("completed"));
    assertThat(states.stream().mapToInt(event -> event.at("/content/participants").size()))
        .contains(0, 1, 2, 3);
    // No two in a row tell the same.
    for (int i = 1; i < states.size(); i++) {
      assertThat(states.get(i).get("content")).isNotEqualTo(states.get(i - 1).get("content"));
    }
  }

  @Test
  void endsWhenNobodyIsLeftAndNobodyComesBack() throws Exception {
    inBoth(town -> {
      try (TestParticipant alice = TestParticipant.start();
          TestParticipant bob = TestParticipant.start()) {
        String call = withTwo(town, alice, bob);
        bob.disconnect();
        town.awaitParticipants(call, town.alice);
        alice.disconnect();
        town.awaitStatus(call, "ended");
        assertThat(town.call(call).at("/data/end_reason")).isEqualTo("completed");
      }
    });
  }

  @Test
  void sendsAwayWhoIsRemovedFromTheRoom() throws Exception {
    inBoth(town -> {
      try (TestParticipant alice = TestParticipant.start();
          TestParticipant bob = TestParticipant.start()) {
        String call = withTwo(town, alice, bob);
        assertThat(TestRooms.kick(town.alice, town.room, town.bob).status()).isEqualTo(200);
        town.awaitParticipants(call, town.alice);
        Eventually.holds("bob is gone", () -> alice.others() == 0);
        assertThat(town.bob.post("/v1/calls/" + call + "/join").at("/error/code"))
            .isEqualTo("SW_CALL_FORBIDDEN");
      }
    });
  }

  @Test
  void sendsAwayWhoWasLetInWithAKeyThatIsRevoked() throws Exception {
    inBoth(town -> {
      TestCaller another = town.alice.as("bob", Permission.CALLS, Permission.ROOMS);
      try (TestParticipant alice = TestParticipant.start();
          TestParticipant bob = TestParticipant.start()) {
        String call = withTwo(town, alice, bob);
        another.post("/v1/calls/" + call + "/join");
        town.carol.post("/v1/calls/" + call + "/join");
        String departed =
            "from call_seats where presence = 'departed' and call_id = '%s'"
                .formatted(call.substring("call-".length()));

        town.server.revokeKey(town.bob);
        town.server.revokeKey(town.carol);
        Eventually.holds("carol, who has not connected", () -> town.server.count(departed) == 1);
        assertThat(CallTown.participants(town.call(call)))
            .as("bob came again with another key")
            .contains(town.alice.participantId(), another.participantId());

        town.server.revokeKey(another);
        town.awaitParticipants(call, town.alice);
        Eventually.holds("bob is gone", () -> alice.others() == 0);
        assertThat(town.call(call).at("/data/status")).isEqualTo("active");
      }
    });
  }

  @Test
  void seesSoonWithoutWebhooksWhoIsAwaited() throws Exception {
    try (CallTown town = CallTown.start(false, settings("600", "1"));
        TestParticipant alice = TestParticipant.start();
        TestParticipant bob = TestParticipant.start()) {
      withTwo(town, alice, bob);
    }
  }

  @Test
  void goesOnWhenTheNodeThatBeganItIsGone() throws Exception {
    // A clean end, but one after which that node looks after nothing.
    CallTown first = CallTown.start(false, settings("1"));
    try (TestServer second =
            TestServer.beside(first.server, first.settingsOfAnotherNode(settings("1")));
        TestParticipant alice = TestParticipant.start();
        TestParticipant bob = TestParticipant.start()) {
      String call = withTwo(first, alice, bob);
      TestCaller carol = second.stranger().withToken(first.carol.token());
      String path = "/v1/calls/" + call;
      first.server.close();
      assertThat(carol.get(path).at("/data/status")).isEqualTo("active");
      bob.disconnect();
      Eventually.holds(
          "the other node sees bob go", () -> CallTown.participants(carol.get(path)).size() == 1);
      alice.disconnect();
      Eventually.holds(
          "the other node keeps the time",
          () -> "completed".equals(carol.get(path).at("/data/end_reason")));
    } finally {
      first.liveKit.close();
    }
  }

  /// An audio call of alice's that bob has answered.
  private static String withTwo(CallTown town, TestParticipant alice, TestParticipant bob)
      throws Exception {
    Answer initiated = town.initiate(town.alice, "audio");
    String call = String.valueOf(initiated.at("/data/call_id"));
    CallTown.connect(alice, initiated);
    CallTown.connect(bob, town.bob.post("/v1/calls/" + call + "/join"));
    town.awaitParticipants(call, town.alice, town.bob);
    return call;
  }

  private static boolean sends(CallTown town, String call, boolean video, boolean audio) {
    JsonNode participant = CallTown.participant(town.call(call), town.alice);
    return participant.path("video_on").asBoolean() == video
        && participant.path("audio_on").asBoolean() == audio;
  }
}
