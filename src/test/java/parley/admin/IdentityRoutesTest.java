package parley.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

@Tag("slow")
class IdentityRoutesTest {
  private final TestCaller alice = TestServer.shared().newTenant();

  @Test
  void tellsWhoseKeyItIs() {
    Answer answer = alice.get("/v1/me");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.at("/data/tenant_id")).isEqualTo(alice.tenant().id().toString());
    assertThat(answer.at("/data/tenant")).isEqualTo(alice.tenant().name());
    assertThat(answer.at("/data/user_id")).isEqualTo(alice.participantId());
    assertThat(answer.at("/data/user")).isEqualTo("alice");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(TestServer.shared().newTenant().get("/v1/me").at("/data/tenant_id"))
        .isNotEqualTo(alice.tenant().id().toString());
  }

  @Test
  void tellsWhatTheKeyPermitsIncludingWhatIsImplied() {
    assertThat(permissions(alice.only(Permission.ROOMS))).containsExactly("rooms");
    assertThat(permissions(alice.only(Permission.ADMIN)))
        .contains("admin", "media:read", "scaiecho:transcribe")
        .doesNotContain("operator", "scaiecho:enroll");
    assertThat(permissions(alice.only(Permission.OPERATOR))).contains("operator", "admin");
  }

  @Test
  void answersNobodyWithoutAToken() {
    assertThat(TestServer.shared().stranger().get("/v1/me").status()).isEqualTo(401);
    assertThat(alice.withToken("sgk_unknown").get("/v1/me").at("/error/code"))
        .isEqualTo("SW_AUTH_INVALID_TOKEN");
  }

  private static String[] permissions(TestCaller caller) {
    return caller
        .get("/v1/me")
        .json()
        .at("/data/permissions")
        .valueStream()
        .map(JsonNode::asString)
        .toArray(String[]::new);
  }
}
