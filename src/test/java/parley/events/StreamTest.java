package parley.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.TestCaller;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import parley.testing.TestSocket;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("server")
class StreamTest {
  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();
  private final TestCaller bob = alice.colleague();

  @Test
  void sendsHelloAndEventsAsTheyHappen() throws Exception {
    String room = TestRooms.create(alice, "group");
    try (TestSocket stream =
        TestSocket.connect(server.uri("/v1/stream?token=" + alice.token()), null)) {
      JsonNode hello = stream.json();
      assertThat(hello.get("type").asString()).isEqualTo("hello");
      assertThat(hello.get("session_id").asString()).isNotBlank();
      assertThat(hello.get("server_name").asString()).isNotBlank();
      assertThat(hello.get("tenant_id").asString()).isEqualTo(alice.tenant().id().toString());
      assertThat(hello.get("ts").asString()).endsWith("Z");
      long begins = hello.get("stream_position").asLong();

      TestRooms.say(alice, room, "hello");
      JsonNode message = stream.json();
      assertThat(message.get("type").asString()).isEqualTo("swp.room.message");
      assertThat(message.get("id").asString()).startsWith("evt-");
      assertThat(message.get("room_id").asString()).isEqualTo(room);
      assertThat(message.get("tenant_id").asString()).isEqualTo(alice.tenant().id().toString());
      assertThat(message.get("ts").asString()).endsWith("Z");
      assertThat(message.get("stream_position").asLong()).isGreaterThan(begins);
      assertThat(message.get("sender_id").asString()).isEqualTo(alice.participantId());
      assertThat(message.at("/content/body").asString()).isEqualTo("hello");
      assertThat(message.get("origin_ts").asString()).endsWith("Z");

      TestRooms.invite(alice, room, bob);
      JsonNode member = stream.json();
      assertThat(member.get("type").asString()).isEqualTo("swp.room.member");
      assertThat(member.get("participant_id").asString()).isEqualTo(bob.participantId());
      assertThat(member.get("membership").asString()).isEqualTo("invite");
      assertThat(member.get("changed_by").asString()).isEqualTo(alice.participantId());
    }
  }

  @Test
  void refusesBadHandshakesBeforeTheUpgrade() {
    TestRooms.create(alice, "group");
    assertThat(refusal("/v1/stream", null)).isEqualTo(401);
    assertThat(refusal("/v1/stream?token=sgk_wrong", null)).isEqualTo(401);
    assertThat(refusal("/v1/stream", alice.only(Permission.MEDIA_READ).token())).isEqualTo(403);
    assertThat(refusal("/v1/stream?since=x", alice.token())).isEqualTo(400);
    assertThat(refusal("/v1/stream?since=9000000000000000", alice.token())).isEqualTo(400);
    assertThat(alice.get("/v1/stream").status()).as("no WebSocket").isEqualTo(426);
  }

  private int refusal(String path, @Nullable String token) {
    HttpResponse<?> refused = TestSocket.refusal(server.uri(path), token);
    return refused.statusCode();
  }

  @Test
  void resumesAfterALostConnection() throws Exception {
    String room = TestRooms.create(alice, "group");
    for (int i = 2; i <= 700; i++) {
      TestRooms.say(alice, room, "message " + i);
    }
    List<Long> heard = new ArrayList<>();
    long since = 0;
    for (int connection = 0; connection < 7; connection++) {
      try (TestSocket stream = alice.socket("/v1/stream?since=" + since)) {
        assertThat(stream.json().get("stream_position").asLong()).isEqualTo(since);
        for (int i = 0; i < 100; i++) {
          since = stream.json().get("stream_position").asLong();
          heard.add(since);
        }
        stream.abort();
      }
    }
    assertThat(heard).hasSize(700).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void sendsNobodyTheEventsOfOthers() throws Exception {
    String room = TestRooms.create(alice, "group");
    TestCaller stranger = server.newTenant();
    try (TestSocket bobs = bob.socket("/v1/stream");
        TestSocket carols = alice.as("carol", Permission.ROOMS).socket("/v1/stream");
        TestSocket strangers = stranger.socket("/v1/stream")) {
      for (TestSocket stream : List.of(bobs, carols, strangers)) {
        assertThat(stream.json().get("type").asString()).isEqualTo("hello");
      }
      TestRooms.say(alice, room, "before");
      TestRooms.bring(alice, room, bob);
      TestRooms.say(alice, room, "while");
      // A member who is removed before receiving an event does not receive it any more.
      assertThat(toldUntil("while", bobs)).containsExactly("invite", "join", "while");
      TestRooms.kick(alice, room, bob);
      TestRooms.say(alice, room, "after");
      TestRooms.bring(alice, room, bob);
      TestRooms.say(alice, room, "again");
      assertThat(toldUntil("again", bobs)).containsExactly("leave", "invite", "join", "again");
      assertThat(carols.textNow()).isNull();
      assertThat(strangers.textNow()).isNull();
    }
  }

  private static List<String> toldUntil(String last, TestSocket stream) throws Exception {
    List<String> told = new ArrayList<>();
    while (!told.contains(last)) {
      JsonNode event = stream.json();
      told.add(
          event.has("content")
              ? event.at("/content/body").asString()
              : event.get("membership").asString());
    }
    return told;
  }

  @Test
  void endsWithTheKey() throws Exception {
    TestCaller carol = alice.as("carol", Permission.ROOMS);
    String room = TestRooms.create(carol, "public");
    try (TestSocket stream = carol.socket("/v1/stream")) {
      stream.json();

      server.revokeAllKeys(alice.tenant());

      assertThat(stream.closeCode()).isEqualTo(1008);
      assertThat(TestRooms.say(server.newTenant(), room, "x").status()).isEqualTo(404);
    }
  }

  @Test
  void endsWithTheKeyEvenDuringTheReplay() throws Exception {
    // More than the sockets' own buffers hold.
    int sent = 350;
    TestCaller carol = alice.as("carol", Permission.ROOMS);
    String room = TestRooms.create(carol, "public");
    for (int i = 0; i < sent; i++) {
      TestRooms.say(carol, room, "x".repeat(60_000));
    }
    try (TestSocket live = carol.socket("/v1/stream");
        TestSocket past = carol.socket("/v1/stream?since=0")) {
      live.json();
      past.json();
      past.pause();

      server.revokeAllKeys(alice.tenant());

      assertThat(live.closeCode()).isEqualTo(1008);
      past.resume();
      assertThat(past.closeCode()).isEqualTo(1008);
      int heard = 0;
      while (past.textNow() != null) {
        heard++;
      }
      assertThat(heard).isLessThan(sent);
    }
  }

  @Test
  void acceptsListenersWhileWritersHoldEveryConnection() throws Exception {
    Map<String, String> settings =
        Map.of(
            "server.roles", "api,worker",
            "database.pool_size", "2");
    AtomicBoolean done = new AtomicBoolean();
    try (TestServer own = TestServer.start(settings);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      TestCaller talkative = own.newTenant();
      String room = TestRooms.create(talkative, "group");
      List<Future<?>> writing = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        writing.add(
            threads.submit(() -> {
              while (!done.get()) {
                assertThat(TestRooms.say(talkative, room, "more").status()).isEqualTo(200);
              }
            }));
      }
      try {
        for (int i = 0; i < 40; i++) {
          // The tenant's first listener.
          TestCaller quiet = own.newTenant();
          try (TestSocket stream = quiet.socket("/v1/stream")) {
            assertThat(stream.json().get("type").asString()).isEqualTo("hello");
            TestRooms.create(quiet, "group");
            assertThat(stream.json().get("type").asString()).isEqualTo("swp.room.member");
          }
        }
      } finally {
        done.set(true);
      }
      for (Future<?> writer : writing) {
        writer.get();
      }
    }
  }

  @Test
  void asksClientsToReconnectWhenTheServerStops() throws Exception {
    TestSocket stream;
    try (TestServer own = TestServer.start(Map.of("server.roles", "api,worker"))) {
      stream = own.newTenant().socket("/v1/stream");
      stream.json();
    }
    assertThat(stream.closeCode()).isEqualTo(1012);
  }

  @Test
  void disconnectsClientsThatDoNotReadAndReplaysTheRestLater() throws Exception {
    try (TestServer own = TestServer.start(Map.of("server.roles", "api,worker"))) {
      TestCaller slow = own.newTenant();
      String room = TestRooms.create(slow, "group");
      try (TestSocket stream = slow.socket("/v1/stream?since=0")) {
        stream.json();
        stream.pause();
        // More than the sockets' own buffers hold.
        int sent = 400;
        for (int i = 0; i < sent; i++) {
          TestRooms.say(slow, room, "x".repeat(60_000));
        }
        stream.resume();
        assertThat(stream.closeCode()).isIn(1013, 1006);
        long last = 0;
        int told = 0;
        for (String text = stream.textNow(); text != null; text = stream.textNow()) {
          assertThat(position(text)).isGreaterThan(last);
          last = position(text);
          told++;
        }
        assertThat(told).isLessThan(sent);
        try (TestSocket again = slow.socket("/v1/stream?since=" + last)) {
          again.json();
          while (told < sent + 1) {
            long next = position(again.text());
            assertThat(next).isGreaterThan(last);
            last = next;
            told++;
          }
        }
      }
    }
  }

  private static long position(String text) {
    return JsonMapper.shared().readTree(text).get("stream_position").asLong();
  }
}
