package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.speech.Recordings;
import parley.testing.TestServer;

@Tag("slow")
@Timeout(240)
class LiveKeytermsTest {
  private static final String FLAC = "\"media_type\":\"audio/flac\",\"language_hint\":\"en\"";

  private final TestServer server = TestServer.shared();

  @Test
  void spellsATermAsGivenInFinalCaptions() throws Exception {
    try (CaptionClient client =
        CaptionClient.open(
            server, server.newTenant(), FLAC + ",\"keyterms\":[\"Zarathustra\",\"Sherburn\"]")) {
      client.send(
          Files.readAllBytes(Recordings.recording("ls-3005-163389-0000.flac")), new Random(1));
      client.control("close");

      assertThat(CaptionClient.is(client.end(), "closed")).isTrue();
      assertThat(client.text()).contains("Sherburn's palings");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "{}", "[\"--\"]", "7"})
  void refusesTermsThatAreNone(String keyterms) throws Exception {
    try (CaptionClient client = CaptionClient.connect(server, server.newTenant())) {
      client.socket().send("{\"type\":\"open\"," + FLAC + ",\"keyterms\":" + keyterms + "}");

      client.assertRefused("VALIDATION_ERROR", 1008);
    }
  }
}
