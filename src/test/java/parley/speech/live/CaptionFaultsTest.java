package parley.speech.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.speech.Recordings;
import parley.speech.relay.FaultyPeer;
import parley.speech.relay.FaultyPeer.Way;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import parley.testing.TestSocket;

/// Captions whose client stops reading, or whose relay goes wrong.
@Tag("slow")
@Timeout(240)
class CaptionFaultsTest {
  private static final String USAGE = "/v1/admin/usage";
  private static final String POLICY = "/v1/modules/scaiecho/tenant-policy";
  private static final String BARE =
      "\"media_type\":\"audio/l16\",\"sample_rate\":16000,\"language_hint\":\"en\"";

  private static byte[] speech = new byte[0];

  @BeforeAll
  static void convert() throws Exception {
    speech = Recordings.converted(Recordings.recording("jfk.flac"), "-f", "s16le", "-ar", "16000");
  }

  @Test
  void dropsAClientThatStopsReadingAndMetersWhatItSent() throws Exception {
    try (TestServer asking = TestServer.start(Map.of("server.ping_seconds", "1"))) {
      TestCaller alice = asking.newTenant();
      try (CaptionClient client = CaptionClient.open(asking, alice, BARE)) {
        client.socket().pause();
        client.send(Arrays.copyOf(speech, 3 * 32_000), new Random(17));
        // While it still does not read.
        Eventually.holds("the stream has ended", () -> metered(alice) == 3);

        client.socket().resume();
        assertThat(client.socket().closeCode()).isEqualTo(1013);
      }
      assertThat(alice.get(USAGE).at("/data/0/calls")).isEqualTo("1");
    }
  }

  @Test
  void tellsWhatARelayLostAndWaitsForNoneThatHangs() throws Exception {
    Map<String, String> settings = new HashMap<>(Map.of("relay.attempts", "1"));
    try (FaultyPeer peer = new FaultyPeer(Way.FAILS, Way.NEVER_ANSWERS)) {
      settings.put("relay.base_url", peer.baseUrl().toString());
      try (TestServer own = TestServer.start(settings)) {
        TestCaller bob = own.newTenant();
        bob.send("PUT", POLICY, "{\"allowed_backends\":\"B\",\"default_backend\":\"B\"}");
        try (CaptionClient client = CaptionClient.open(own, bob, BARE)) {
          client.send(Arrays.copyOf(speech, 3 * 32_000), new Random(20));
          // Though all was sent and the end is near, nothing else tells that words are missing.
          client.control("close");
          client.assertRefused("BACKEND_ERROR", 1011);
        }
        double before = metered(bob);

        TestCaller alice = own.newTenant();
        try (CaptionClient client = CaptionClient.open(own, alice, BARE)) {
          client.send(Arrays.copyOf(speech, 3 * 32_000), new Random(18));
          client.control("close");
          assertThat(client.end().get("type").asString()).isEqualTo("closed");
          assertThat(client.text().toLowerCase(Locale.ROOT)).contains("fellow americans");
        }

        // With nobody else to ask, a stream still ends with its client.
        int asked = peer.requests().size();
        try (CaptionClient client = CaptionClient.open(own, bob, BARE)) {
          client.send(Arrays.copyOf(speech, 3 * 32_000), new Random(19));
          client.control("flush");
          Eventually.holds("the relay is asked", () -> peer.requests().size() > asked);
          client.socket().abort();
        }
        Eventually.holds("it is on the meter", () -> metered(bob) == before + 3);
        Eventually.holds("nothing stays", () -> own.storedFiles().isEmpty());
      }
    }
  }

  @Test
  void answersPingsWhileTheLastCaptionsAreWrittenHoweverTheClientSaidThatItWasAll()
      throws Exception {
    Map<String, String> settings = new HashMap<>(Map.of("relay.attempts", "1"));
    try (FaultyPeer peer = new FaultyPeer(Way.NEVER_ANSWERS, Way.NEVER_ANSWERS)) {
      settings.put("relay.base_url", peer.baseUrl().toString());
      try (TestServer own = TestServer.start(settings)) {
        TestCaller bob = own.newTenant();
        bob.send("PUT", POLICY, "{\"allowed_backends\":\"B\",\"default_backend\":\"B\"}");
        String close = "{\"type\":\"close\"}";
        List<Consumer<TestSocket>> ways =
            List.of(
                socket -> socket.send(close),
                socket -> socket.send(close.getBytes(UTF_8)),
                socket -> socket.send((close + "\n").getBytes(UTF_8)));
        for (Consumer<TestSocket> way : ways) {
          int asked = peer.requests().size();
          try (CaptionClient client = CaptionClient.open(own, bob, BARE)) {
            client.send(Arrays.copyOf(speech, 3 * 32_000), new Random(21));
            way.accept(client.socket());
            Eventually.holds("the relay is asked", () -> peer.requests().size() > asked);
            client.socket().ping();
            Eventually.holds("the ping is answered", () -> client.socket().pongs() == 1);
          }
        }
      }
    }
  }

  private static double metered(TestCaller caller) {
    return caller.get(USAGE).json().at("/data/0/audio_seconds").asDouble(0);
  }
}
