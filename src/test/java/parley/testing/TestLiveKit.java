package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real LiveKit server on its own ports. The caller closes it.
public final class TestLiveKit implements AutoCloseable {
  public static final String KEY = "testkey";
  public static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Path folder;
  private final int port;
  private @Nullable Process process;
  private @Nullable URI webhooks;

  private TestLiveKit(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /// A server that does not run yet, with a known address.
  public static TestLiveKit prepare() {
    try {
      return new TestLiveKit(Files.createTempDirectory("parley-livekit-"), FreePort.any());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The settings that make a server use it.
  public Map<String, String> settings() {
    return new HashMap<>(
        Map.of(
            "calls.livekit_url", address().toString(),
            "calls.livekit_key", KEY,
            "calls.livekit_secret", SECRET));
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /// Starts it, with an optional address for webhooks, and waits until it answers.
  public void start(@Nullable URI to) {
    webhooks = to;
    restart();
  }

  /// Restarts it with the same settings and without its state.
  public void restart() {
    try {
      Path configuration = folder.resolve("livekit.yaml");
      Files.writeString(configuration, configuration());
      process =
          new ProcessBuilder(
                  Programs.installed("livekit").toString(), "--config", configuration.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("output").toFile()))
              .start();
      Eventually.holds("LiveKit answers", this::answers);
    } catch (Exception | AssertionError e) {
      throw new IllegalStateException("LiveKit did not start; see " + folder, e);
    }
  }

  private String configuration() throws IOException {
    String text =
        """
        port: %d
        bind_addresses: [127.0.0.1]
        rtc:
          tcp_port: %d
          udp_port: %d
          node_ip: 127.0.0.1
          enable_loopback_candidate: true
          interfaces: {includes: [lo]}
        room: {auto_create: false}
        keys: {%s: %s}
        logging: {level: warn}
        """
            .formatted(port, FreePort.any(), FreePort.any(), KEY, SECRET);
    return webhooks == null
        ? text
        : text + "webhook: {api_key: %s, urls: ['%s']}\n".formatted(KEY, webhooks);
  }

  private boolean answers() throws InterruptedException {
    try {
      return CLIENT
              .send(HttpRequest.newBuilder(address()).build(), BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /// The number of participants in a room, of any kind.
  public int connected(String room) {
    return ask("ListParticipants", room).path("participants").size();
  }

  /// The participant count of the room's node, which lags by some seconds.
  public int counted(String room) {
    return ask("ListRooms", room).at("/rooms/0/num_participants").asInt(0);
  }

  private JsonNode ask(String method, String room) {
    try {
      return JsonMapper.shared()
          .readTree(
              CLIENT
                  .send(
                      HttpRequest.newBuilder(
                              address().resolve("/twirp/livekit.RoomService/" + method))
                          .header("Content-Type", "application/json")
                          .header("Authorization", "Bearer " + EgressTokens.ofAdmin(room))
                          .POST(
                              HttpRequest.BodyPublishers.ofString(
                                  JsonMapper.shared()
                                      .writeValueAsString(
                                          method.equals("ListRooms")
                                              ? Map.of("names", List.of(room))
                                              : Map.of("room", room))))
                          .build(),
                      BodyHandlers.ofString())
                  .body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Kills the process.
  public void kill() {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroyForcibly();
    try {
      running.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> left = Files.walk(folder)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
