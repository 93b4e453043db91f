package parley.calls.livekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.Eventually;
import parley.testing.TestLiveKit;

/// The signalling connection to rooms of a real LiveKit.
@Tag("slow")
class LiveKitSignalTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static TestLiveKit server;
  private static LiveKitSettings settings;
  private static LiveKitTokens tokens;
  private static LiveKit liveKit;

  @BeforeAll
  static void start() {
    server = TestLiveKit.prepare();
    server.start(null);
    settings = settings(setting("calls.livekit_secret"));
    tokens = new LiveKitTokens(settings, Clock.systemUTC());
    liveKit = LiveKit.at(settings, tokens);
  }

  @AfterAll
  static void stop() {
    liveKit.close();
    server.close();
  }

  private static String setting(String key) {
    return Objects.requireNonNull(server.settings().get(key));
  }

  private static LiveKitSettings settings(String secret) {
    URI address = URI.create(setting("calls.livekit_url"));
    return new LiveKitSettings(
        address,
        URI.create(address.toString().replaceFirst("^http", "ws")),
        setting("calls.livekit_key"),
        secret,
        PATIENCE,
        PATIENCE,
        PATIENCE);
  }

  @Test
  void joinsARoomUntilItIsClosed() throws Exception {
    liveKit.openRoom("joined", PATIENCE, PATIENCE);
    try (HttpClient client = HttpClient.newHttpClient()) {
      try (LiveKitSignal signal =
          LiveKitSignal.connect(client, settings, tokens.forCloser("joined"))) {
        signal.awaitAnswer();
        Eventually.holds("it is there", () -> identities("joined").equals(List.of("parley")));
      }
      Eventually.holds("it has left", () -> identities("joined").isEmpty());
      client.shutdownNow();
    }
  }

  @Test
  void isLetIntoTheRoomOfItsTokenAlone() throws Exception {
    LiveKitTokens others =
        new LiveKitTokens(
            settings("another secret of forty-two characters!!!!"), Clock.systemUTC());
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThatThrownBy(() -> LiveKitSignal.connect(client, settings, others.forCloser("refused")))
          .isInstanceOf(LiveKitUnreachable.class);
      client.shutdownNow();
    }
    assertThat(liveKit.room("refused")).isEmpty();
  }

  @Test
  void closesARoomWithItselfInIt() throws Exception {
    liveKit.openRoom("closed", PATIENCE, PATIENCE);
    assertThat(liveKit.closeLostRoom("closed")).as("LiveKit knew it").isTrue();
    Eventually.holds("it is gone", () -> liveKit.room("closed").isEmpty());
    assertThat(identities("closed")).isEmpty();
  }

  @Test
  void makesARoomKnownThatIsNotListed() throws Exception {
    assertThat(liveKit.room("unlisted")).isEmpty();
    assertThat(liveKit.closeLostRoom("unlisted")).isTrue();
    Eventually.holds("it is gone again", () -> liveKit.room("unlisted").isEmpty());
  }

  private static List<String> identities(String room) throws LiveKitUnreachable {
    return liveKit.participants(room).stream().map(LiveKitParticipant::identity).toList();
  }
}
