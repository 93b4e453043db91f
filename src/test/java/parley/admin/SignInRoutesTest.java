package parley.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.TestCaller;
import parley.testing.TestServer;

@Tag("slow")
class SignInRoutesTest {
  private static final String ISSUER = "https://login.example.org/realms/acme";

  @Test
  void tellsAnybodyWhereToSignInAndLetsThePageAskThere() {
    Map<String, String> settings =
        Map.of(
            "server.roles", "api",
            "oidc.issuer", ISSUER,
            "oidc.audience", "https://parley.example.org",
            "oidc.console_client_id", "parley-console");
    try (TestServer server = TestServer.start(settings)) {
      TestCaller stranger = server.stranger();
      assertThat(stranger.get("/v1/sign-in").at("/data/oidc/issuer")).isEqualTo(ISSUER);
      assertThat(stranger.get("/v1/sign-in").at("/data/oidc/client_id"))
          .isEqualTo("parley-console");
      assertThat(stranger.get("/v1/sign-in").at("/data/oidc/scope")).isEqualTo("openid profile");
      assertThat(stranger.get("/v1/sign-in").at("/data/oidc/resource"))
          .isEqualTo("https://parley.example.org");
      assertThat(stranger.get("/console").header("Content-Security-Policy"))
          .contains("connect-src 'self' https://login.example.org;");
      assertThat(stranger.get("/docs").header("Content-Security-Policy"))
          .contains("connect-src 'self';");
    }
  }

  @Test
  void namesNoResourceThatIsNoUri() {
    Map<String, String> settings =
        Map.of(
            "server.roles", "api",
            "oidc.issuer", ISSUER,
            "oidc.console_client_id", "parley-console");
    try (TestServer server = TestServer.start(settings)) {
      assertThat(server.stranger().get("/v1/sign-in").text()).contains("\"resource\":null");
    }
  }

  @Test
  void tellsThatThereAreOnlyKeys() {
    TestCaller stranger = TestServer.shared().stranger();
    assertThat(stranger.get("/v1/sign-in").text()).contains("\"oidc\":null");
    assertThat(stranger.get("/console").header("Content-Security-Policy"))
        .contains("connect-src 'self';");
  }
}
