package parley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.SettableClock;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestServer;

@Tag("slow")
class AccessTest {
  private static final String WAVE = "/v1/jobs";
  private static final String ECHO = "/v1/modules/scaiecho/transcribe/jobs/unknown";

  private final TestServer server = TestServer.shared();

  @Test
  void refusesAMissingTokenInEachDialectsShape() {
    Answer wave = server.stranger().get(WAVE);
    assertThat(wave.status()).isEqualTo(401);
    assertThat(wave.at("/error/code")).isEqualTo("SW_AUTH_INVALID_TOKEN");
    assertThat(wave.header("WWW-Authenticate")).isEqualTo("Bearer");

    Answer echo = server.stranger().get(ECHO, "X-Request-Id", "my-request-1");
    assertThat(echo.status()).isEqualTo(401);
    assertThat(echo.at("/status")).isEqualTo("error");
    assertThat(echo.at("/error/code")).isEqualTo("AUTH_TOKEN_MISSING");
    assertThat(echo.at("/meta/request_id")).isEqualTo("my-request-1");
    assertThat(echo.header("X-Request-Id")).isEqualTo("my-request-1");
  }

  @Test
  void replacesARequestIdThatCouldForgeLogLines() {
    assertThat(server.stranger().get("/healthz", "X-Request-Id", "a b\tc").header("X-Request-Id"))
        .matches("[0-9a-f-]{36}");
  }

  @Test
  void refusesTokensOfNobody() {
    TestCaller alice = server.newTenant();

    Answer unknown = alice.withToken(ApiKeySecret.random().text()).get(ECHO);
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(unknown.at("/error/code")).isEqualTo("AUTH_TOKEN_INVALID");
    assertThat(alice.withToken("nonsense").get(WAVE).at("/error/code"))
        .isEqualTo("SW_AUTH_INVALID_TOKEN");
  }

  @Test
  void refusesWhatTheKeyDoesNotAllow() {
    TestCaller reader = server.newTenant().only(Permission.MEDIA_READ);

    Answer wave = reader.get(WAVE);
    assertThat(wave.status()).isEqualTo(403);
    assertThat(wave.at("/error/code")).isEqualTo("SW_AUTH_INSUFFICIENT_PERMISSION");
    Answer echo = reader.get(ECHO);
    assertThat(echo.status()).isEqualTo(403);
    assertThat(echo.at("/error/code")).isEqualTo("AUTHZ_PERMISSION_DENIED");
  }

  @Test
  void letsAdminsDoEverythingOfTheirTenant() {
    TestCaller admin = server.newTenant().only(Permission.ADMIN);

    assertThat(admin.get(WAVE).status()).isEqualTo(200);
  }

  @Test
  void refusesAKeyFromTheInstantItExpires() {
    SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    try (TestServer own = TestServer.start(Map.of(), clock)) {
      TestCaller alice = own.newTenant().expiring(clock.instant().plus(Duration.ofHours(1)));
      assertThat(alice.get(WAVE).status()).isEqualTo(200);

      clock.move(Duration.ofHours(1));

      Answer late = alice.get(WAVE);
      assertThat(late.status()).isEqualTo(401);
      assertThat(late.at("/error/code")).isEqualTo("SW_AUTH_EXPIRED_TOKEN");
    }
  }

  @Test
  void refusesARevokedKeyAtOnce() {
    TestCaller alice = server.newTenant();
    assertThat(alice.get(WAVE).status()).isEqualTo(200);

    server.revokeAllKeys(alice.tenant());

    assertThat(alice.get(WAVE).status()).isEqualTo(401);
  }

  @Test
  void slowsDownAKeyThatAsksTooOften() {
    Map<String, String> limits = Map.of("limits.requests_per_second", "1", "limits.burst", "2");
    try (TestServer own = TestServer.start(limits)) {
      TestCaller alice = own.newTenant();
      assertThat(alice.get(WAVE).status()).isEqualTo(200);
      assertThat(alice.get(WAVE).status()).isEqualTo(200);

      Answer refused = alice.get(ECHO);

      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.at("/error/code")).isEqualTo("RATE_LIMITED");
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertThat(refused.at("/error/retry_after")).isEqualTo("1");
      assertThat(own.newTenant().get(WAVE).status()).as("another key").isEqualTo(200);
    }
  }
}
