package parley.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.RealServer;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestPostgres;
import parley.testing.TestRooms;
import parley.testing.TestSocket;
import tools.jackson.databind.JsonNode;

/// Two server processes on one database, one of which is killed.
@Tag("slow")
class TwoProcessesTest {
  /// The last message of a test.
  private static final String END = "the end";

  @TempDir static Path folder;

  private static Properties database;
  private static RealServer one;
  private static RealServer two;

  /// An administrator of the tenant.
  private static TestCaller admin;

  @BeforeAll
  static void start() throws Exception {
    database = TestPostgres.newDatabase();
    try (ExecutorService starting = Executors.newVirtualThreadPerTaskExecutor()) {
      // Concurrently, as when a cluster is set up.
      Future<RealServer> first = starting.submit(() -> node("one"));
      Future<RealServer> second = starting.submit(() -> node("two"));
      one = first.get();
      two = second.get();
    }
    List<String> keys = Stream.of(one, two).map(RealServer::key).filter(Objects::nonNull).toList();
    assertThat(keys).as("the first key is made and printed once").hasSize(1);
    admin =
        one.caller(keys.getFirst())
            .madeUser("alice", Permission.allOfATenant().toArray(Permission[]::new));
  }

  private static RealServer node(String name) throws Exception {
    Path data = folder.resolve(name).resolve("data");
    Files.createDirectories(data);
    // Like a folder that both nodes mount.
    Path blobs = Files.createDirectories(folder.toRealPath().resolve("blobs"));
    if (Files.notExists(data.resolve("blobs"))) {
      Files.createSymbolicLink(data.resolve("blobs"), blobs);
    }
    Map<String, String> settings = new HashMap<>(TestPostgres.settings(database));
    settings.put("server.roles", "api,worker");
    return RealServer.start(data, settings);
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
  }

  @Test
  void deliverEventsOfTheOtherNodeOnceAndInOrder() throws Exception {
    TestCaller alice = one.here(admin);
    int writers = 4;
    int each = 40;
    String room = TestRooms.create(alice, "group");
    long since = newest(two);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Heard>> readers =
          List.of(
              threads.submit(() -> streamed(List.of(two), since, Integer.MAX_VALUE)),
              threads.submit(() -> streamed(List.of(two, one), since, 13)),
              threads.submit(() -> polled(List.of(two), since)),
              threads.submit(() -> polled(List.of(two, one), since)));
      List<Future<?>> writing = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        String name = "writer " + i + ".";
        writing.add(
            threads.submit(() -> {
              for (int number = 0; number < each; number++) {
                assertThat(TestRooms.say(alice, room, name + number).status()).isEqualTo(200);
              }
            }));
      }
      for (Future<?> writer : writing) {
        writer.get();
      }
      TestRooms.say(alice, room, END);

      for (Future<Heard> reader : readers) {
        Heard heard = reader.get();
        assertThat(heard.positions).hasSize(writers * each + 1).isSorted().doesNotHaveDuplicates();
        for (int i = 0; i < writers; i++) {
          String name = "writer " + i + ".";
          assertThat(heard.texts)
              .filteredOn(text -> text.startsWith(name))
              .isEqualTo(IntStream.range(0, each).mapToObj(number -> name + number).toList());
        }
      }
    }
  }

  @Test
  void disconnectUsersWhoAreRemovedOrRevokedOnTheOtherNode() throws Exception {
    TestCaller alice = one.here(admin);
    TestCaller bob = alice.madeUser("bob", Permission.ROOMS);
    String room = TestRooms.create(alice, "group");
    String other = TestRooms.create(alice, "group");
    TestRooms.bring(alice, room, bob);
    TestRooms.bring(alice, other, bob);
    long since = newest(two);
    TestCaller bobThere = two.here(bob);
    try (TestSocket stream = bobThere.socket("/v1/stream?since=" + since);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      stream.json();
      assertThat(TestRooms.say(alice, room, "to all").status()).isEqualTo(200);
      assertThat(stream.json().at("/content/body").asString()).isEqualTo("to all");

      assertThat(TestRooms.kick(alice, room, bob).status()).isEqualTo(200);
      assertThat(TestRooms.say(alice, room, "without bob").status()).isEqualTo(200);
      assertThat(TestRooms.say(alice, other, "to bob").status()).isEqualTo(200);

      JsonNode removal = stream.json();
      assertThat(removal.get("type").asString()).isEqualTo("swp.room.member");
      assertThat(removal.get("membership").asString()).isEqualTo("leave");
      assertThat(stream.json().at("/content/body").asString()).isEqualTo("to bob");
      assertThat(bobThere.get("/v1/sync?since=" + since).text())
          .contains("to bob")
          .doesNotContain("to all")
          .doesNotContain("without bob");
      assertThat(bobThere.get("/v1/rooms/" + room + "/messages").status()).isEqualTo(403);

      Future<Answer> waiting =
          threads.submit(() -> bobThere.get("/v1/sync?timeout=60&since=" + newest(two)));
      Eventually.holds("both listen", () -> listeners(two) == 2);
      revokeKeys(alice, bob);
      assertThat(stream.closeCode()).isEqualTo(1008);
      assertThat(waiting.get().status()).isEqualTo(401);
      assertThat(bobThere.get("/v1/sync").status()).isEqualTo(401);
    }
  }

  @Test
  void loseAndRepeatNothingWhenOneIsKilled() throws Exception {
    TestCaller alice = one.here(admin);
    int enough = 30;
    String room = TestRooms.create(alice, "group");
    long since = newest(one);
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    Set<String> unanswered = ConcurrentHashMap.newKeySet();
    AtomicBoolean writing = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Heard>> readers =
          List.of(
              threads.submit(() -> streamed(List.of(one, two), since, Integer.MAX_VALUE)),
              threads.submit(() -> streamed(List.of(two), since, Integer.MAX_VALUE)),
              threads.submit(() -> polled(List.of(one, two), since)));
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        String name = "writer " + i + ".";
        writers.add(
            threads.submit(() -> {
              List<RealServer> nodes = new ArrayList<>(List.of(one, two));
              for (int number = 0; writing.get(); number++) {
                String text = name + number;
                try {
                  Answer said = TestRooms.say(nodes.getFirst().here(admin), room, text);
                  assertThat(said.status()).isEqualTo(200);
                  acknowledged.add(text);
                } catch (UncheckedIOException dead) {
                  unanswered.add(text);
                  nodes.removeFirst();
                }
              }
            }));
      }
      Eventually.holds(
          "they write and listen", () -> acknowledged.size() >= enough && listeners(one) > 0);

      one.kill();

      int before = acknowledged.size();
      Eventually.holds("they go on", () -> acknowledged.size() >= before + enough);
      writing.set(false);
      for (Future<?> writer : writers) {
        writer.get();
      }
      assertThat(unanswered).as("all of them wrote to the one").hasSize(3);
      TestRooms.say(two.here(admin), room, END);

      one = node("one");
      for (Heard heard :
          List.of(
              readers.get(0).get(),
              readers.get(1).get(),
              readers.get(2).get(),
              streamed(List.of(one), since, Integer.MAX_VALUE),
              polled(List.of(one), since))) {
        assertThat(heard.positions).isSorted().doesNotHaveDuplicates();
        assertThat(heard.texts).doesNotHaveDuplicates().containsAll(acknowledged);
        assertThat(heard.texts)
            .filteredOn(text -> !text.equals(END) && !acknowledged.contains(text))
            .as("what was written, though nobody was told so any more")
            .isSubsetOf(unanswered);
      }
    }
  }

  /// What a client received up to the last message.
  private static final class Heard {
    final List<Long> positions = new ArrayList<>();
    final List<String> texts = new ArrayList<>();

    boolean isOver() {
      return !texts.isEmpty() && texts.getLast().equals(END);
    }

    long last(long since) {
      return positions.isEmpty() ? since : positions.getLast();
    }

    void add(JsonNode event) {
      positions.add(event.get("stream_position").asLong());
      texts.add(event.at("/content/body").asString());
    }
  }

  /// Reads streams of alternating nodes, each of which continues where the previous one ended.
  ///
  /// @param most how many events to read from a stream before it is broken
  private static Heard streamed(List<RealServer> nodes, long since, int most) throws Exception {
    Heard heard = new Heard();
    for (int turn = 0; !heard.isOver(); turn++) {
      RealServer node = nodes.get(turn % nodes.size());
      String path = "/v1/stream?since=" + heard.last(since);
      try (TestSocket stream = node.here(admin).socket(path)) {
        JsonNode hello = stream.jsonUnlessEnded();
        JsonNode event = hello == null ? null : stream.jsonUnlessEnded();
        for (int i = 1; event != null; i++) {
          heard.add(event);
          event = i == most || heard.isOver() ? null : stream.jsonUnlessEnded();
        }
        stream.abort();
      } catch (CompletionException dead) {
        assertThat(dead).hasCauseInstanceOf(IOException.class);
      }
    }
    return heard;
  }

  /// Syncs with alternating nodes.
  private static Heard polled(List<RealServer> nodes, long since) {
    Heard heard = new Heard();
    String next = String.valueOf(since);
    for (int turn = 0; !heard.isOver(); turn++) {
      RealServer node = nodes.get(turn % nodes.size());
      try {
        Answer page = node.here(admin).get("/v1/sync?limit=7&timeout=20&since=" + next);
        page.json().at("/data/events").forEach(heard::add);
        next = page.at("/data/next_cursor");
      } catch (UncheckedIOException dead) {
        assertThat(node).isSameAs(nodes.getFirst());
      }
    }
    return heard;
  }

  private static long newest(RealServer node) throws Exception {
    try (TestSocket stream = node.here(admin).socket("/v1/stream")) {
      return stream.json().get("stream_position").asLong();
    }
  }

  private static long listeners(RealServer node) {
    return node.here(admin)
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("events_listeners "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring("events_listeners ".length())))
        .sum();
  }

  private static void revokeKeys(TestCaller alice, TestCaller user) {
    for (JsonNode key : alice.get("/v1/admin/keys").json().get("data")) {
      if (key.get("user_id").asString().equals(user.participantId())) {
        String path = "/v1/admin/keys/" + key.get("id").asString();
        assertThat(alice.delete(path).status()).isEqualTo(204);
      }
    }
  }
}
