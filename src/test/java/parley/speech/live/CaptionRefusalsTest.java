package parley.speech.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.auth.Permission;
import parley.testing.TestCaller;
import parley.testing.TestServer;
import parley.testing.TestSocket;

/// Whom and what the captions refuse, over real connections.
@Tag("slow")
@Timeout(240)
class CaptionRefusalsTest {
  private final TestServer server = TestServer.shared();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"flush\"}",
        "{\"type\":\"open\"}",
        "{\"type\":\"open\",\"media_type\":\"audio/l16\"}",
        "{\"type\":\"open\",\"media_type\":\"audio/wav\",\"language_hint\":\"xx\"}"
      })
  void refusesABadBeginning(String first) throws Exception {
    try (CaptionClient client = CaptionClient.connect(server, server.newTenant())) {
      client.socket().send(first);

      client.assertRefused("VALIDATION_ERROR", 1008);
    }
  }

  @Test
  void refusesANumberThatIsBeyondAllNumbers() throws Exception {
    try (CaptionClient client = CaptionClient.connect(server, server.newTenant())) {
      client
          .socket()
          .send(
              "{\"type\":\"open\",\"media_type\":\"audio/wav\",\"chunk_seconds\":1"
                  + "0".repeat(400)
                  + "}");

      client.assertRefused("VALIDATION_ERROR", 1008);
    }
  }

  @Test
  void refusesWhatIsNotOfItsMediaType() throws Exception {
    for (String open :
        List.of(
            "\"media_type\":\"audio/webm\"",
            "\"media_type\":\"audio/mpeg\"",
            "\"media_type\":\"audio/wav\"")) {
      try (CaptionClient client = CaptionClient.open(server, server.newTenant(), open)) {
        byte[] garbage = new byte[300_000];
        new Random(9).nextBytes(garbage);
        client.socket().send(garbage);
        client.control("close");
        client.assertRefused("UNSUPPORTED_MEDIA", 1008);
      }
    }
    try (CaptionClient client = CaptionClient.connect(server, server.newTenant())) {
      client.socket().send("{\"type\":\"open\",\"media_type\":\"image/png\"}");
      client.assertRefused("UNSUPPORTED_MEDIA", 1008);
    }
  }

  @Test
  void endsAStreamWhoseBackendThePolicyExcludesMeanwhile() throws Exception {
    TestCaller alice = server.newTenant();
    try (CaptionClient client =
        CaptionClient.open(server, alice, "\"media_type\":\"audio/l16;rate=16000\"")) {
      alice.send("PUT", "/v1/modules/scaiecho/tenant-policy", "{\"allowed_backends\": \"B\"}");
      client.send(new byte[6 * 32_000], new Random(9));

      client.assertRefused("BACKEND_NOT_ALLOWED", 1008);
    }
  }

  @Test
  void answersWhoMayNotWithHttp() {
    TestCaller alice = server.newTenant();
    assertThat(TestSocket.refusal(server.uri(CaptionClient.PATH), null).statusCode())
        .isEqualTo(401);
    assertThat(TestSocket.refusal(server.uri(CaptionClient.PATH), "sgk_none").statusCode())
        .isEqualTo(401);
    String other = alice.only(Permission.MEDIA_READ).token();
    assertThat(TestSocket.refusal(server.uri(CaptionClient.PATH), other).statusCode())
        .isEqualTo(403);
  }
}
