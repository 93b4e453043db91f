package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.speech.Recordings;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import parley.testing.TestSocket;

/// Two hundred clients that do what they like.
@Tag("slow")
@Timeout(300)
class LiveChaosTest {
  private static final int CONNECTIONS = 200;

  private static final List<String> OPENINGS =
      List.of(
          "\"media_type\":\"audio/l16\",\"sample_rate\":16000,\"language_hint\":\"en\"",
          "\"media_type\":\"audio/pcm\",\"sample_rate\":44100,\"channels\":2",
          "\"media_type\":\"audio/wav\"",
          "\"media_type\":\"audio/webm\"",
          "\"media_type\":\"audio/mpeg\"",
          "\"media_type\":\"audio/none\"");

  @Test
  void leavesNothingBehind() throws Exception {
    byte[] webm = Recordings.converted(Recordings.recording("jfk.flac"), "-t", "1", "-f", "webm");
    try (TestServer server = TestServer.start(Map.of("live.streams_per_tenant", "60"));
        ExecutorService clients = Executors.newFixedThreadPool(40)) {
      TestCaller alice = server.newTenant();
      Set<Long> before = children();
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        Random random = new Random(i);
        all.add(clients.submit(() -> misbehave(server, alice, webm, random)));
      }
      for (Future<?> one : all) {
        one.get();
      }

      Eventually.holds("no stream is left", () -> threads().isEmpty());
      Eventually.holds("no child is left", () -> before.containsAll(children()));
      Eventually.holds("no file is left", () -> server.storedFiles().isEmpty());
      // And it still works.
      try (CaptionClient client = CaptionClient.open(server, alice, OPENINGS.getFirst())) {
        client.control("close");
        assertThat(client.end().get("type").asString()).isEqualTo("closed");
      }
    }
  }

  private static void misbehave(TestServer server, TestCaller alice, byte[] webm, Random random) {
    TestSocket socket = TestSocket.connect(server.uri(CaptionClient.PATH), alice.token());
    try {
      for (int step = random.nextInt(8); step >= 0; step--) {
        switch (random.nextInt(7)) {
          case 0, 1 ->
              socket.send(
                  "{\"type\":\"open\"," + OPENINGS.get(random.nextInt(OPENINGS.size())) + "}");
          case 2 -> {
            byte[] garbage = new byte[random.nextInt(20_000)];
            random.nextBytes(garbage);
            socket.send(garbage);
          }
          case 3 -> socket.send(Arrays.copyOf(webm, 1 + random.nextInt(webm.length)));
          case 4 -> socket.send("{\"type\":\"flush\"}");
          case 5 -> socket.send("{\"type\":\"close\"}");
          default -> socket.send("{\"type\":");
        }
      }
      if (random.nextBoolean()) {
        socket.close();
      }
    } catch (RuntimeException refused) {
      // The server had ended it already.
    } finally {
      if (random.nextBoolean()) {
        socket.abort();
      } else {
        socket.close();
      }
    }
  }

  private static Set<Long> children() {
    return ProcessHandle.current()
        .descendants()
        .filter(child -> child.info().command().orElse("").contains("ffmpeg"))
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  /// The platform threads of streams; each stream with a decoder has one.
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.equals("stream-decoder"))
        .toList();
  }
}
