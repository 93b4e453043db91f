package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestServer;

@Tag("server")
class TenantPolicyTest {
  private static final String POLICY = "/v1/modules/scaiecho/tenant-policy";
  private static final TestServer SERVER = TestServer.shared();

  @Test
  void letsOnlyAdministratorsSeeAndChangeThePolicy() {
    TestCaller alice = SERVER.newTenant();
    TestCaller speaker = alice.only(Permission.TRANSCRIBE);

    assertThat(speaker.get(POLICY).status()).isEqualTo(403);
    assertThat(speaker.get(POLICY).at("/error/code")).isEqualTo("AUTHZ_PERMISSION_DENIED");
    assertThat(speaker.send("PUT", POLICY, "{}").status()).isEqualTo(403);
    assertThat(alice.only(Permission.ECHO_ADMIN).get(POLICY).status()).isEqualTo(200);
  }

  @Test
  void changesWhatIsSentAndRefusesADefaultThatIsNotAllowed() {
    TestCaller alice = SERVER.newTenant();

    Answer changed = alice.send("PUT", POLICY, "{\"retain_audio\": true}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.at("/data/allowed_backends")).isEqualTo("AB");
    assertThat(alice.get(POLICY).at("/data/retain_audio")).isEqualTo("true");

    Answer pinned = alice.send("PUT", POLICY, "{\"allowed_backends\": \"B\"}");
    assertThat(pinned.at("/data/default_backend")).isEqualTo("B");
    alice.send("PUT", POLICY, "{\"allowed_backends\": \"AB\"}");
    Answer refused =
        alice.send("PUT", POLICY, "{\"allowed_backends\": \"B\", \"default_backend\": \"A\"}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.at("/error/details/0/field")).isEqualTo("default_backend");
    for (String other : List.of("\"C\"", "\"a\"", "0", "[\"A\"]")) {
      Answer wrong = alice.send("PUT", POLICY, "{\"allowed_backends\": " + other + "}");
      assertThat(wrong.status()).as(other).isEqualTo(422);
      assertThat(wrong.at("/error/code")).isEqualTo("VALIDATION_ERROR");
      assertThat(wrong.at("/error/details/0/field")).isEqualTo("allowed_backends");
      assertThat(wrong.at("/error/message")).contains("A, B, AB");
    }
    assertThat(alice.get(POLICY).at("/data/allowed_backends")).isEqualTo("AB");
  }

  @Test
  void losesNoneOfTwoChangesOfThePolicyAtTheSameTime() throws Exception {
    TestCaller alice = SERVER.newTenant();
    alice.get(POLICY);
    CompletableFuture<Answer> backends;
    CompletableFuture<Answer> retention;
    try (AutoCloseable _ =
        SERVER.hold(
            "select * from speech_policies where tenant_id = '%s' for update"
                .formatted(alice.tenant().id().value()))) {
      backends =
          CompletableFuture.supplyAsync(
              () -> alice.send("PUT", POLICY, "{\"allowed_backends\": \"A\"}"));
      retention =
          CompletableFuture.supplyAsync(
              () -> alice.send("PUT", POLICY, "{\"retain_audio\": true}"));
      Eventually.holds(
          "both wait",
          () ->
              SERVER.count(
                      "from pg_stat_activity where datname = current_database()"
                          + " and wait_event_type = 'Lock' and query like '%speech_policies%'")
                  == 2);
    }
    assertThat(backends.get().status()).isEqualTo(200);
    assertThat(retention.get().status()).isEqualTo(200);

    Answer policy = alice.get(POLICY);
    assertThat(policy.at("/data/allowed_backends")).isEqualTo("A");
    assertThat(policy.at("/data/retain_audio")).isEqualTo("true");
  }
}
