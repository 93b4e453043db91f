package parley.events;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.speech.Recordings;
import parley.testing.Eventually;
import parley.testing.SettableClock;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestClamd;
import parley.testing.TestForm;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Events of jobs, transcripts and scans, and the retention of events.
@Tag("server")
class OwnEventsTest {
  private static final Path SPEECH = Recordings.recording("jfk-3s.flac");

  @Test
  void reportsAJobToItsUserAndPostsTheTranscriptOnce() throws Exception {
    TestServer server = TestServer.shared();
    TestCaller alice = server.newTenant();
    TestCaller bob = alice.colleague();
    String room = TestRooms.create(alice, "group");
    TestRooms.bring(alice, room, bob);
    String media =
        String.valueOf(
            alice
                .post("/v1/media/upload", new TestForm().file(SPEECH).field("room_id", room))
                .at("/data/media_id"));
    String since = String.valueOf(bob.get("/v1/sync").at("/data/next_cursor"));

    Answer queued =
        bob.post("/v1/transcribe", new TestForm().field("media_id", media).field("room_id", room));
    assertThat(queued.status()).isEqualTo(202);
    String job = String.valueOf(queued.at("/data/job_id"));
    Eventually.holds(
        "it has ended",
        () -> events(bob, since).stream().anyMatch(event -> status(event).equals("completed")));

    assertThat(events(bob, since).stream().map(OwnEventsTest::status).filter(s -> !s.isEmpty()))
        .containsExactly("queued", "running", "completed");
    List<JsonNode> heard = events(alice, since);
    assertThat(heard).hasSize(1);
    JsonNode transcript = heard.getFirst().get("content");
    assertThat(transcript.get("msgtype").asString()).isEqualTo("swp.audio_transcript");
    assertThat(transcript.get("job_id").asString()).isEqualTo(job);
    assertThat(transcript.get("media_id").asString()).isEqualTo(media);
    assertThat(transcript.get("text").asString()).containsIgnoringCase("fellow americans");
    assertThat(transcript.get("language").asString()).isEqualTo("en");
    assertThat(heard.getFirst().get("sender_id").asString()).isEqualTo(bob.participantId());
  }

  @Test
  void refusesTranscriptsForRoomsOfOthers() {
    TestServer server = TestServer.shared();
    TestCaller alice = server.newTenant();
    String room = TestRooms.create(alice, "group");

    Answer outsider =
        alice
            .colleague()
            .post("/v1/transcribe", new TestForm().file(SPEECH).field("room_id", room));
    assertThat(outsider.status()).isEqualTo(403);
    assertThat(outsider.at("/error/code")).isEqualTo("SW_NOT_MEMBER");
    Answer stranger =
        server
            .newTenant()
            .post("/v1/transcribe", new TestForm().file(SPEECH).field("room_id", room));
    assertThat(stranger.status()).isEqualTo(404);
    assertThat(stranger.at("/error/code")).isEqualTo("SW_ROOM_NOT_FOUND");
  }

  @Test
  void announcesVerdictsToTheOwnerAndTheRoomsOfTheFile() throws Exception {
    try (TestClamd clamd = TestClamd.start("AlertExceedsMax yes");
        TestServer server =
            TestServer.start(
                Map.of(
                    "server.roles",
                    "api,worker",
                    "scanner.addresses",
                    clamd.tcpAddress().text()))) {
      TestCaller alice = server.newTenant();
      TestCaller bob = alice.colleague();
      String room = TestRooms.create(alice, "group");
      TestRooms.bring(alice, room, bob);
      String since = String.valueOf(bob.get("/v1/sync").at("/data/next_cursor"));
      for (byte[] content : List.of("harmless".getBytes(StandardCharsets.UTF_8), TestClamd.EICAR)) {
        assertThat(
                alice
                    .post(
                        "/v1/media/upload",
                        new TestForm().file("file", "a.txt", content).field("room_id", room))
                    .status())
            .isEqualTo(200);
      }

      for (TestCaller caller : List.of(alice, bob)) {
        Eventually.holds("both were told", () -> verdicts(caller, since).size() == 2);
        assertThat(verdicts(caller, since)).containsExactlyInAnyOrder("clean", "infected");
      }
    }
  }

  private static List<String> verdicts(TestCaller caller, String since) {
    List<String> verdicts = new ArrayList<>();
    for (JsonNode event : events(caller, since)) {
      if (event.get("event_type").asString().equals("swp.media.scan")) {
        verdicts.add(event.at("/content/scan_status").asString());
      }
    }
    return verdicts;
  }

  private static TestServer deletingAfterTwoDays(SettableClock clock) {
    return TestServer.start(
        Map.of(
            "server.roles", "api,worker",
            "events.keep_days", "2",
            "events.prune_check_seconds", "1"),
        clock);
  }

  @Test
  void deletesOldEventsButNoMessages() throws Exception {
    SettableClock clock = new SettableClock(Instant.parse("2026-05-17T12:00:00Z"));
    try (TestServer server = deletingAfterTwoDays(clock)) {
      TestCaller alice = server.newTenant();
      String room = TestRooms.create(alice, "group");
      TestRooms.say(alice, room, "old");
      JsonNode kept = alice.get("/v1/sync").json().at("/data/events");
      String first = kept.at("/0/stream_position").asString();
      String last = kept.at("/1/stream_position").asString();
      clock.move(Duration.ofDays(3));
      TestRooms.say(alice, room, "new");

      Eventually.holds("gone", () -> alice.get("/v1/sync?since=0").status() == 410);

      assertThat(alice.get("/v1/sync?since=" + first).at("/error/code"))
          .isEqualTo("SW_EVENTS_GONE");
      assertThat(alice.get("/v1/sync").at("/data/events/0/content/body")).isEqualTo("new");
      assertThat(alice.get("/v1/sync?since=" + last).at("/data/events/0/content/body"))
          .isEqualTo("new");
      assertThat(
              alice
                  .get("/v1/rooms/" + room + "/messages")
                  .json()
                  .get("data")
                  .findValuesAsString("body"))
          .containsExactly("new", "old");
    }
  }

  @Test
  void letsWhoWaitsWithoutAPositionWaitOnWhileOldEventsAreDeleted() throws Exception {
    SettableClock clock = new SettableClock(Instant.parse("2026-05-17T12:00:00Z"));
    try (TestServer server = deletingAfterTwoDays(clock)) {
      TestCaller alice = server.newTenant();
      TestCaller bob = alice.colleague();
      String room = TestRooms.create(alice, "group");
      TestRooms.say(alice, room, "old");
      CompletableFuture<Answer> waiting =
          CompletableFuture.supplyAsync(() -> bob.get("/v1/sync?timeout=60"));
      Eventually.holds(
          "he waits",
          () -> server.stranger().get("/metrics").text().contains("events_listeners 1.0"));
      clock.move(Duration.ofDays(3));
      TestRooms.say(alice, room, "new");
      Eventually.holds("gone", () -> alice.get("/v1/sync?since=0").status() == 410);

      TestRooms.invite(alice, room, bob);

      assertThat(waiting.get(30, SECONDS).status()).isEqualTo(200);
      assertThat(waiting.get().at("/data/events/0/content/membership")).isEqualTo("invite");
    }
  }

  private static List<JsonNode> events(TestCaller caller, String since) {
    List<JsonNode> events = new ArrayList<>();
    caller.get("/v1/sync?since=" + since).json().at("/data/events").forEach(events::add);
    return events;
  }

  /// The status in a job's event; empty for other events.
  private static String status(JsonNode event) {
    return event.get("event_type").asString().equals("swp.job")
        ? event.at("/content/status").asString()
        : "";
  }
}
