package parley.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.TestCaller;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import parley.testing.TestSocket;
import tools.jackson.databind.JsonNode;

/// Two nodes on one database.
@Tag("server")
class NodesTest {
  private static TestServer one;
  private static TestServer two;

  @BeforeAll
  static void start() {
    one = TestServer.start(Map.of("server.roles", "api,worker"));
    two = TestServer.beside(one);
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
  }

  @Test
  void deliverEveryEventOnceAndInOrder() throws Exception {
    TestCaller alice = one.newTenant();
    TestCaller bob = alice.colleague();
    String room = TestRooms.create(alice, "public");
    assertThat(bob.post("/v1/rooms/" + room + "/join").status()).isEqualTo(200);
    int writers = 6;
    int each = 60;
    long last = 2 + (long) writers * each;

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Long>>> readers = new ArrayList<>();
      for (TestServer node : List.of(one, two)) {
        readers.add(threads.submit(() -> steady(node.here(alice), last)));
        readers.add(threads.submit(() -> interrupted(node.here(alice), last)));
        readers.add(threads.submit(() -> polled(node.here(alice), last)));
      }
      List<Future<?>> writing = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        TestCaller caller = (writer % 2 == 0 ? one : two).here(writer % 3 == 0 ? alice : bob);
        writing.add(
            threads.submit(() -> {
              for (int i = 0; i < each; i++) {
                assertThat(TestRooms.say(caller, room, "message").status()).isEqualTo(200);
              }
            }));
      }
      for (Future<?> writer : writing) {
        writer.get();
      }
      for (Future<List<Long>> reader : readers) {
        assertThat(reader.get()).hasSize((int) last).isSorted().doesNotHaveDuplicates();
      }
    }
  }

  /// The events of one connection.
  private static List<Long> steady(TestCaller caller, long last) throws Exception {
    List<Long> heard = new ArrayList<>();
    try (TestSocket stream = caller.socket("/v1/stream?since=0")) {
      stream.json();
      while (heard.size() < last) {
        heard.add(stream.json().get("stream_position").asLong());
      }
    }
    return heard;
  }

  /// The events of many connections, each of which continues where the previous one broke.
  private static List<Long> interrupted(TestCaller caller, long last) throws Exception {
    List<Long> heard = new ArrayList<>();
    while (heard.size() < last) {
      long since = heard.isEmpty() ? 0 : heard.getLast();
      try (TestSocket stream = caller.socket("/v1/stream?since=" + since)) {
        stream.json();
        for (int i = 0; i < 17 && heard.size() < last; i++) {
          heard.add(stream.json().get("stream_position").asLong());
        }
        stream.abort();
      }
    }
    return heard;
  }

  private static List<Long> polled(TestCaller caller, long last) {
    List<Long> heard = new ArrayList<>();
    String since = "0";
    while (heard.size() < last) {
      JsonNode page = caller.get("/v1/sync?limit=7&timeout=20&since=" + since).json().get("data");
      page.get("events").forEach(event -> heard.add(event.get("stream_position").asLong()));
      since = page.get("next_cursor").asString();
    }
    return heard;
  }

  @Test
  void recoverFromBrokenSignalConnections() throws Exception {
    TestCaller alice = one.newTenant();
    String room = TestRooms.create(alice, "group");
    try (TestSocket stream = two.here(alice).socket("/v1/stream")) {
      stream.json();
      for (int i = 1; i <= 3; i++) {
        one.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and query like 'listen %'");
        TestRooms.say(alice, room, "message " + i);
        assertThat(stream.json().at("/content/body").asString()).isEqualTo("message " + i);
      }
    }
  }

  @Test
  void endStreamsWhoseKeyIsRevokedOnTheOtherNode() throws Exception {
    TestCaller alice = one.newTenant();
    try (TestSocket stream = two.here(alice).socket("/v1/stream")) {
      stream.json();

      one.revokeAllKeys(alice.tenant());

      assertThat(stream.closeCode()).isEqualTo(1008);
    }
  }
}
