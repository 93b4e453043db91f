package parley.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

@Tag("server")
class SyncTest {
  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();
  private final TestCaller bob = alice.colleague();

  @Test
  void returnsEventsOnceAndInOrder() {
    String room = TestRooms.create(alice, "group");
    List<String> said = Stream.iterate(1, i -> i + 1).limit(7).map(i -> "message " + i).toList();
    said.forEach(text -> TestRooms.say(alice, room, text));

    List<JsonNode> heard = new ArrayList<>();
    String since = "0";
    boolean more = true;
    while (more) {
      Answer page = alice.get("/v1/sync?limit=3&since=" + since);
      assertThat(page.status()).isEqualTo(200);
      page.json().at("/data/events").forEach(heard::add);
      since = String.valueOf(page.at("/data/next_cursor"));
      more = page.json().at("/data/has_more").asBoolean();
    }

    assertThat(heard.getFirst().at("/event_type").asString()).isEqualTo("swp.room.member");
    assertThat(heard.getFirst().at("/content/membership").asString()).isEqualTo("join");
    assertThat(heard.stream().skip(1).map(event -> event.at("/content/body").asString()))
        .containsExactlyElementsOf(said);
    List<Long> positions =
        heard.stream().map(event -> event.get("stream_position").asLong()).toList();
    assertThat(positions).hasSize(8).isSorted().doesNotHaveDuplicates();
    JsonNode message = heard.getLast();
    assertThat(message.get("id").asString()).startsWith("evt-");
    assertThat(message.get("room_id").asString()).isEqualTo(room);
    assertThat(message.get("event_type").asString()).isEqualTo("swp.room.message");
    assertThat(message.get("origin_ts").asString()).endsWith("Z");
    assertThat(message.get("sender_id").asString())
        .isEqualTo(heard.getFirst().at("/content/participant_id").asString());
    assertThat(alice.get("/v1/sync?since=" + positions.getLast()).json().at("/data/events"))
        .isEmpty();
  }

  @Test
  void limitsPagesToAMebibyteAndLosesNoMessage() {
    String room = TestRooms.create(alice, "group");
    String text = "x".repeat(60_000);
    for (int i = 0; i < 40; i++) {
      TestRooms.say(alice, room, text);
    }

    int heard = 0;
    int pages = 0;
    String since = "0";
    boolean more = true;
    while (more) {
      Answer page = alice.get("/v1/sync?limit=1000&since=" + since);
      assertThat(page.text().length()).isLessThan(1_200_000);
      heard += page.json().at("/data/events").size();
      since = String.valueOf(page.at("/data/next_cursor"));
      more = page.json().at("/data/has_more").asBoolean();
      pages++;
    }
    assertThat(heard).isEqualTo(41);
    assertThat(pages).isBetween(3, 4);

    int listed = 0;
    String cursor = "";
    do {
      Answer page = alice.get("/v1/rooms/" + room + "/messages?limit=100" + cursor);
      assertThat(page.text().length()).isLessThan(1_200_000);
      listed += page.json().at("/data").size();
      JsonNode next = page.json().at("/meta/next_cursor");
      cursor = next.isNull() ? "" : "&cursor=" + next.asString();
    } while (!cursor.isEmpty());
    assertThat(listed).isEqualTo(40);
  }

  @Test
  void returnsOnlyEventsOfTheUsersRooms() {
    String room = TestRooms.create(alice, "group");
    TestCaller stranger = server.newTenant();
    TestRooms.say(alice, room, "before bob");
    TestRooms.invite(alice, room, bob);
    TestRooms.say(alice, room, "bob is invited");
    assertThat(told(bob)).containsExactly("invite");

    bob.post("/v1/rooms/" + room + "/join");
    TestRooms.say(alice, room, "hello bob");
    assertThat(told(bob)).containsExactly("invite", "join", "hello bob");

    TestRooms.kick(alice, room, bob);
    TestRooms.say(alice, room, "without bob");
    assertThat(told(bob)).containsExactly("invite", "join", "leave");

    TestRooms.bring(alice, room, bob);
    TestRooms.say(alice, room, "again");
    assertThat(told(bob))
        .containsExactly("invite", "join", "hello bob", "leave", "invite", "join", "again");
    assertThat(told(stranger)).isEmpty();
    assertThat(told(alice.as("carol", Permission.ROOMS))).isEmpty();
  }

  @Test
  void waitsUntilSomethingHappens() throws Exception {
    String room = TestRooms.create(alice, "group");
    TestRooms.bring(alice, room, bob);
    String since = String.valueOf(bob.get("/v1/sync").at("/data/next_cursor"));

    CompletableFuture<Answer> waiting =
        CompletableFuture.supplyAsync(() -> bob.get("/v1/sync?timeout=60&since=" + since));
    TestRooms.create(alice, "group");
    TestRooms.say(alice, room, "wake up");

    Answer woken = waiting.get(50, TimeUnit.SECONDS);
    assertThat(woken.json().at("/data/events")).hasSize(1);
    assertThat(woken.at("/data/events/0/content/body")).isEqualTo("wake up");
  }

  @Test
  void returnsAnEmptyPageWhenTheTimeIsUp() {
    TestRooms.create(alice, "group");

    Answer nothing = bob.get("/v1/sync?timeout=1");

    assertThat(nothing.status()).isEqualTo(200);
    assertThat(nothing.json().at("/data/events")).isEmpty();
    assertThat(nothing.json().at("/data/has_more").asBoolean()).isFalse();
  }

  @Test
  void revealsNothingAboutTheEventsOfOthers() {
    String own = TestRooms.create(bob, "group");
    Answer before = bob.get("/v1/sync");
    String since = String.valueOf(before.at("/data/next_cursor"));
    String room = TestRooms.create(alice, "group");
    for (int i = 0; i < 20; i++) {
      TestRooms.say(alice, room, "not for bob");
    }

    Answer after = bob.get("/v1/sync?since=" + since);
    assertThat(after.json().at("/data/events")).isEmpty();
    assertThat(after.at("/data/next_cursor")).isEqualTo(since);

    TestRooms.say(bob, own, "mine");
    JsonNode mine = bob.get("/v1/sync?since=" + since).json().at("/data/events/0");
    assertThat(mine.get("stream_position").asLong())
        .as("its time in microseconds, whatever came before")
        .isEqualTo(
            ChronoUnit.MICROS.between(
                Instant.EPOCH, Instant.parse(mine.get("origin_ts").asString())));
  }

  @Test
  void stopsWaitingWhenTheKeyIsRevoked() throws Exception {
    TestRooms.create(alice, "group");
    String since = alice.get("/v1/sync").at("/data/next_cursor");
    CompletableFuture<Answer> waiting =
        CompletableFuture.supplyAsync(() -> alice.get("/v1/sync?timeout=60&since=" + since));

    server.revokeAllKeys(alice.tenant());

    assertThat(waiting.get(50, TimeUnit.SECONDS).status()).isEqualTo(401);
  }

  @Test
  void endsLongPollsWhenTheServerStops() throws Exception {
    CompletableFuture<Answer> waiting;
    long began;
    try (TestServer own =
        TestServer.start(Map.of("server.roles", "api,worker", "server.drain_seconds", "60"))) {
      TestCaller caller = own.newTenant();
      TestRooms.create(caller, "group");
      String since = caller.get("/v1/sync").at("/data/next_cursor");
      waiting =
          CompletableFuture.supplyAsync(() -> caller.get("/v1/sync?timeout=60&since=" + since));
      Eventually.holds(
          "it waits", () -> own.stranger().get("/metrics").text().contains("events_listeners 1.0"));
      began = System.nanoTime();
    }
    assertThat(waiting.get(50, TimeUnit.SECONDS).status()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(45));
  }

  @Test
  void saysThatEventsAreGoneWhichAreDeletedWhileTheyAreRead() throws Exception {
    String room = TestRooms.create(alice, "group");
    TestRooms.say(alice, room, "missed");
    TestRooms.say(alice, room, "kept");
    JsonNode events = alice.get("/v1/sync").json().at("/data/events");
    String seen = events.at("/0/stream_position").asString();
    String missed = events.at("/1/stream_position").asString();
    CompletableFuture<Answer> page;
    try (AutoCloseable _ = server.hold("lock table room_listeners in access exclusive mode")) {
      page = CompletableFuture.supplyAsync(() -> alice.get("/v1/sync?since=" + seen));
      Eventually.holds(
          "it reads",
          () ->
              server.count(
                      "from pg_locks where relation = 'room_listeners'::regclass and not granted")
                  > 0);
      String tenant = " where tenant_id = '" + alice.tenant().id() + "'";
      server.execute("delete from events" + tenant + " and stream_position = " + missed);
      server.execute("update event_positions set pruned = " + missed + tenant);
    }
    assertThat(page.get(50, TimeUnit.SECONDS).at("/error/code")).isEqualTo("SW_EVENTS_GONE");
  }

  @Test
  void refusesInvalidPositions() {
    TestRooms.create(alice, "group");
    for (String wrong :
        List.of(
            "since=x",
            "since=-1",
            "since=9000000000000000",
            "since=99999999999999999999",
            "limit=0",
            "limit=1001",
            "limit=x",
            "timeout=-1",
            "timeout=61",
            "timeout=x")) {
      Answer refused = alice.get("/v1/sync?" + wrong);
      assertThat(refused.status()).as(wrong).isEqualTo(400);
      assertThat(refused.at("/error/code")).isEqualTo("SW_BAD_REQUEST");
    }
  }

  /// All events from the beginning: the texts of messages, and memberships.
  private static List<String> told(TestCaller caller) {
    List<String> told = new ArrayList<>();
    for (JsonNode event : caller.get("/v1/sync").json().at("/data/events")) {
      JsonNode content = event.get("content");
      told.add(
          content.has("body")
              ? content.get("body").asString()
              : content.get("membership").asString());
    }
    return told;
  }
}
