package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestLiveKit;
import parley.testing.TestParticipant;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

@Tag("slow")
class CallRoutesTest {
  private static CallTown town;

  @BeforeAll
  static void start() {
    town = CallTown.start(false, Map.of("calls.look_every_seconds", "1"));
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  /// One room has one call: each test leaves none.
  @AfterEach
  void endWhatIsLeft() {
    Answer live = town.initiate(town.alice, "audio");
    town.alice.post("/v1/calls/" + live.at("/data/call_id") + "/end");
  }

  @Test
  void rejectsOnceAllWhoWereCalledHaveAndLetsNobodyInAfterwards() {
    String path = initiated();
    town.bob.post(path + "/reject");
    town.carol.post(path + "/reject");
    assertThat(town.alice.get(path).at("/data/status")).isEqualTo("ringing");
    Answer last = town.dave.post(path + "/reject");
    assertEnded(last, "rejected");
    for (String what : new String[] {"join", "leave", "reject", "end"}) {
      Answer late = town.dave.post(path + "/" + what);
      assertThat(late.status()).isEqualTo(410);
      assertThat(late.at("/error/code")).isEqualTo("SW_CALL_ENDED");
    }
  }

  @Test
  void cancelsWhatItsInitiatorEndsOrLeavesBeforeAnybodyAnswered() {
    String first = initiated();
    assertEnded(town.alice.post(first + "/leave"), "cancelled");
    String second = initiated();
    assertThat(second).isNotEqualTo(first);
    assertEnded(town.alice.post(second + "/end"), "cancelled");
  }

  @Test
  void isLeftWithTheRoom() {
    TestCaller eve = town.alice.as("eve", Permission.CALLS, Permission.ROOMS);
    TestRooms.bring(town.alice, town.room, eve);
    String path = "/v1/calls/" + town.initiate(eve, "audio").at("/data/call_id");
    assertThat(eve.post("/v1/rooms/" + town.room + "/leave").status()).isEqualTo(200);
    assertEnded(town.alice.get(path), "cancelled");
    JsonNode told = CallTown.heard(town.bob, "swp.call.state").getLast().get("content");
    assertThat(told.get("reason").asString()).isEqualTo("cancelled");

    TestRooms.bring(town.alice, town.room, eve);
    String unanswered = initiated();
    for (TestCaller no : List.of(town.bob, town.carol, town.dave)) {
      no.post(unanswered + "/reject");
    }
    assertThat(town.alice.get(unanswered).at("/data/status")).isEqualTo("ringing");
    assertThat(TestRooms.kick(town.alice, town.room, eve).status()).isEqualTo(200);
    assertEnded(town.alice.get(unanswered), "rejected");

    TestRooms.bring(town.alice, town.room, eve);
    String active = "/v1/calls/" + town.initiate(eve, "audio").at("/data/call_id");
    assertThat(town.bob.post(active + "/join").status()).isEqualTo(200);
    assertThat(town.bob.post(active + "/leave").at("/data/status")).isEqualTo("active");
    assertThat(TestRooms.kick(town.alice, town.room, eve).status()).isEqualTo(200);
    assertEnded(town.alice.get(active), "completed");
  }

  @Test
  void beginsAnewWhereTheCallThatTheRoomHadJustEnds() throws Exception {
    List<Future<List<String>>> told = new ArrayList<>();
    try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
      for (TestCaller caller : List.of(town.alice, town.bob, town.carol)) {
        told.add(people.submit(() -> callsAndEndsAgainAndAgain(caller)));
      }
    }
    for (Future<List<String>> refusals : told) {
      assertThat(refusals.get()).isEmpty();
    }
  }

  private static List<String> callsAndEndsAgainAndAgain(TestCaller caller) {
    List<String> refusals = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      Answer call = town.initiate(caller, "audio");
      if (call.status() != 200) {
        refusals.add(call.text());
      }
      // One of the three comes first; the others find it over.
      caller.post("/v1/calls/" + call.at("/data/call_id") + "/leave");
    }
    return refusals;
  }

  @Test
  void isMissedWhenNobodyAnswersInTime() throws Exception {
    String path = initiated();
    Instant until =
        Instant.parse(
            CallTown.heard(town.bob, "swp.call.invite")
                .getLast()
                .at("/content/expires_at")
                .asString());
    Instant began = Instant.parse(town.bob.get(path).at("/data/started_at"));
    assertThat(Duration.between(began, until)).isEqualTo(Duration.ofSeconds(45));
    String id = path.substring("/v1/calls/call-".length());
    town.server.execute(
        "update calls set ring_until = now(), due_at = now() where id = '" + id + "'");
    Eventually.holds("missed", () -> "missed".equals(town.bob.get(path).at("/data/end_reason")));
  }

  @Test
  void endsForAllByItsInitiatorOrAnAdminOnly() {
    String path = "/v1/calls/" + town.initiate(town.bob, "audio").at("/data/call_id");
    town.carol.post(path + "/join");
    Answer forbidden = town.carol.post(path + "/end");
    assertThat(forbidden.status()).isEqualTo(403);
    assertThat(forbidden.at("/error/code")).isEqualTo("SW_CALL_FORBIDDEN");
    assertEnded(town.alice.post(path + "/end"), "completed");
    String own = "/v1/calls/" + town.initiate(town.bob, "audio").at("/data/call_id");
    town.carol.post(own + "/join");
    assertEnded(town.bob.post(own + "/end"), "completed");
  }

  @Test
  void isForMembersOfItsRoomWhoMayCall() {
    String path = initiated();
    TestCaller other = town.alice.as("erin", Permission.CALLS, Permission.ROOMS);
    TestCaller otherTenant = town.server.newTenant();
    TestCaller silent = town.alice.only(Permission.ROOMS);
    for (String what : new String[] {"", "/join", "/leave", "/reject", "/end"}) {
      assertRefused(ask(other, path, what), 403, "SW_CALL_FORBIDDEN");
      assertRefused(ask(otherTenant, path, what), 404, "SW_CALL_NOT_FOUND");
      assertRefused(ask(silent, path, what), 403, "SW_AUTH_INSUFFICIENT_PERMISSION");
      assertRefused(ask(town.server.stranger(), path, what), 401, "SW_AUTH_INVALID_TOKEN");
      assertRefused(ask(town.alice, "/v1/calls/call-0", what), 404, "SW_CALL_NOT_FOUND");
    }
    assertRefused(town.initiate(other, "audio"), 403, "SW_CALL_FORBIDDEN");
    assertRefused(town.initiate(otherTenant, "audio"), 404, "SW_ROOM_NOT_FOUND");
    assertRefused(town.initiate(town.alice, "smoke"), 422, "SW_VALIDATION_ERROR");
    assertRefused(
        town.alice.send("POST", "/v1/calls/initiate", "{\"type\": \"audio\"}"),
        422,
        "SW_VALIDATION_ERROR");
    assertThat(town.alice.get(path).at("/data/status")).isEqualTo("ringing");
  }

  @Test
  void givesEachCallerATokenForThisRoomAndThisNameAlone() throws Exception {
    Answer initiated = town.initiate(town.alice, "audio");
    String path = "/v1/calls/" + initiated.at("/data/call_id");
    JWTClaimsSet hers = claims(initiated);
    JWTClaimsSet his = claims(town.bob.post(path + "/join"));
    assertThat(hers.getSubject()).isEqualTo(town.alice.participantId());
    assertThat(his.getSubject()).isEqualTo(town.bob.participantId());
    assertThat(hers.getStringClaim("name")).as("what the others are shown").isEqualTo("alice");
    Map<String, Object> grant = hers.getJSONObjectClaim("video");
    assertThat(grant)
        .containsEntry("roomJoin", true)
        .containsEntry("roomCreate", false)
        .containsEntry("room", initiated.at("/data/livekit_room"))
        .doesNotContainKeys("roomAdmin", "roomList", "roomRecord");
    assertThat(Duration.between(Instant.now(), hers.getExpirationTime().toInstant()))
        .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(11));

    String token = String.valueOf(initiated.at("/data/livekit_token"));
    assertThat(asksLiveKit(token, "CreateRoom", "{\"name\": \"another\"}")).isEqualTo(401);
    assertThat(asksLiveKit(token, "ListRooms", "{}")).isEqualTo(401);
    try (TestParticipant client = TestParticipant.start()) {
      String url = String.valueOf(initiated.at("/data/livekit_url"));
      assertThat(url).startsWith("ws://");
      assertThat(client.connect(url, forged(hers))).isNotEmpty();
      CallTown.connect(client, initiated);
      town.awaitParticipants(path.substring("/v1/calls/".length()), town.alice);
    }
  }

  @Test
  void countsNobodyWhoOnlyRecords() throws Exception {
    Answer initiated = town.initiate(town.alice, "audio");
    String call = String.valueOf(initiated.at("/data/call_id"));
    JWTClaimsSet recorder =
        new JWTClaimsSet.Builder(claims(initiated))
            .subject(town.dave.participantId())
            .claim("kind", "egress")
            .build();
    try (TestParticipant client = TestParticipant.start();
        TestParticipant alice = TestParticipant.start()) {
      assertThat(client.connect(town.liveKit.address().toString(), signed(recorder))).isEmpty();
      CallTown.connect(alice, initiated);
      town.awaitParticipants(call, town.alice);
      assertThat(alice.others()).isEqualTo(1);
      assertThat(town.call(call).at("/data/status")).isEqualTo("ringing");
    }
  }

  @Test
  void saysSoSoonWithoutLiveKitAndGoesOnWhenItIsBack() throws Exception {
    String room = TestRooms.create(town.bob, "group");
    String body = "{\"room_id\": \"" + room + "\", \"type\": \"audio\"}";
    Answer initiated = town.initiate(town.alice, "audio");
    String call = String.valueOf(initiated.at("/data/call_id"));
    try (TestParticipant alice = TestParticipant.start();
        TestParticipant again = TestParticipant.start();
        TestParticipant bob = TestParticipant.start()) {
      CallTown.connect(alice, initiated);
      CallTown.connect(bob, town.bob.post("/v1/calls/" + call + "/join"));
      town.awaitParticipants(call, town.alice, town.bob);

      town.liveKit.kill();

      Answer refused = town.bob.send("POST", "/v1/calls/initiate", body);
      assertRefused(refused, 503, "SW_CALL_LIVEKIT_UNREACHABLE");
      assertRefused(
          town.carol.post("/v1/calls/" + call + "/join"), 503, "SW_CALL_LIVEKIT_UNREACHABLE");
      assertThat(town.server.stranger().get("/readyz").at("/checks/calls")).contains("unreachable");
      assertThat(town.server.stranger().get("/readyz").status()).isEqualTo(200);
      assertThat(town.call(call).at("/data/status")).isEqualTo("active");

      town.liveKit.restart();

      // Without its room nobody could come back: the server has it made anew.
      CallTown.connect(again, town.alice.post("/v1/calls/" + call + "/join"));
      town.awaitStatus(call, "active");
      Eventually.holds(
          "alice is back",
          () ->
              CallTown.participants(town.call(call)).contains(town.alice.participantId())
                  && again.others() >= 0);
      Answer possible = town.bob.send("POST", "/v1/calls/initiate", body);
      assertThat(possible.status()).isEqualTo(200);
      assertThat(CallTown.heard(town.bob, "swp.call.state"))
          .filteredOn(event -> event.get("room_id").asString().equals(room))
          .hasSize(1);
      town.bob.post("/v1/calls/" + possible.at("/data/call_id") + "/end");
    }
  }

  @Test
  void isUnreachableInUnderThreeSecondsWhateverLiveKitDoes() throws Exception {
    try (SilentPeer silent = SilentPeer.start();
        TestServer own =
            TestServer.start(
                Map.of(
                    "server.roles",
                    "api,worker",
                    "calls.livekit_url",
                    silent.address(),
                    "calls.livekit_key",
                    TestLiveKit.KEY,
                    "calls.livekit_secret",
                    TestLiveKit.SECRET))) {
      TestCaller alice = own.newTenant();
      String room = TestRooms.create(alice, "group");
      String body = "{\"room_id\": \"" + room + "\", \"type\": \"audio\"}";
      Duration fastest = Duration.ofDays(1);
      // Three times at most: this machine may be busy with something else for a moment.
      for (int i = 0; i < 3 && fastest.toSeconds() >= 3; i++) {
        long began = System.nanoTime();
        Answer refused = alice.send("POST", "/v1/calls/initiate", body);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertRefused(refused, 503, "SW_CALL_LIVEKIT_UNREACHABLE");
        fastest = took.compareTo(fastest) < 0 ? took : fastest;
      }
      assertThat(fastest).isLessThan(Duration.ofSeconds(3));
      assertThat(CallTown.heard(alice, "swp.call.state")).isEmpty();
    }
  }

  @Test
  void isUnreachableWhereNoLiveKitIsConfigured() {
    TestCaller alice = TestServer.shared().newTenant();
    String room = TestRooms.create(alice, "group");
    assertRefused(
        alice.send(
            "POST", "/v1/calls/initiate", "{\"room_id\": \"" + room + "\", \"type\": \"audio\"}"),
        503,
        "SW_CALL_LIVEKIT_UNREACHABLE");
    assertThat(TestServer.shared().stranger().get("/readyz").at("/checks/calls")).startsWith("off");
  }

  private static String initiated() {
    return "/v1/calls/" + town.initiate(town.alice, "audio").at("/data/call_id");
  }

  private static Answer ask(TestCaller caller, String path, String what) {
    return what.isEmpty() ? caller.get(path) : caller.post(path + what);
  }

  private static void assertEnded(Answer answer, String reason) {
    assertThat(answer.at("/data/status")).as(answer.text()).isEqualTo("ended");
    assertThat(answer.at("/data/end_reason")).isEqualTo(reason);
    assertThat(answer.at("/data/ended_at")).isNotNull();
  }

  private static void assertRefused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.at("/error/code")).isEqualTo(code);
  }

  private static JWTClaimsSet claims(Answer admission) throws Exception {
    return SignedJWT.parse(String.valueOf(admission.at("/data/livekit_token"))).getJWTClaimsSet();
  }

  private static String signed(JWTClaimsSet claims) throws JOSEException {
    return signed(claims, TestLiveKit.SECRET);
  }

  private static String signed(JWTClaimsSet claims, String secret) throws JOSEException {
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    token.sign(new MACSigner(secret));
    return token.serialize();
  }

  /// The same claims, by somebody who does not know the secret.
  private static String forged(JWTClaimsSet claims) throws JOSEException {
    return signed(
        new JWTClaimsSet.Builder(claims)
            .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
            .build(),
        "another secret of at least 32 characters");
  }

  private static int asksLiveKit(String token, String method, String body)
      throws IOException, InterruptedException {
    URI address = town.liveKit.address().resolve("/twirp/livekit.RoomService/" + method);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }
}
