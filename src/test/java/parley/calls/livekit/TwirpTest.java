package parley.calls.livekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What stands where LiveKit should.
class TwirpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private final HttpClient client = HttpClient.newHttpClient();

  TwirpTest() throws IOException {}

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    client.shutdownNow();
    client.close();
  }

  @Test
  @Timeout(60)
  void givesUpOnAnAnswerWithoutEnd() {
    byte[] spaces = " ".repeat(65_536).getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/twirp",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          while (true) {
            exchange.getResponseBody().write(spaces);
          }
        });
    assertThatThrownBy(this::ask).isInstanceOf(LiveKitUnreachable.class);
  }

  @Test
  void quotesTheBeginningOfAPage() {
    byte[] page = ("<h1>Bad gateway</h1>" + "x".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/twirp",
        exchange -> {
          exchange.sendResponseHeaders(502, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    LiveKitUnreachable told = catchThrowableOfType(LiveKitUnreachable.class, this::ask);
    assertThat(told).hasMessageContaining("502").hasMessageContaining("<h1>Bad gateway</h1>");
    assertThat(String.valueOf(told.getMessage()).length()).isLessThan(500);
  }

  private Object ask() throws LiveKitUnreachable, TwirpProblem {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    LiveKitSettings settings =
        new LiveKitSettings(address, address, "key", "secret", PATIENCE, PATIENCE, PATIENCE);
    return new Twirp(settings, client)
        .ask("livekit.RoomService/ListRooms", "token", Map.of(), PATIENCE);
  }
}
