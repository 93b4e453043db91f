package parley.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

@Tag("server")
class AdminRoutesTest {
  private static final String TENANTS = "/v1/admin/tenants";
  private static final String KEYS = "/v1/admin/keys";

  private final TestCaller alice = TestServer.shared().newTenant();
  private final TestCaller operator = alice.only(Permission.OPERATOR);

  @Test
  void createsAndLimitsTenants() {
    String name = "made " + UUID.randomUUID();
    Answer made =
        operator.send("POST", TENANTS, "{\"name\": \"%s\", \"max_storage_mb\": 5}".formatted(name));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.at("/data/name")).isEqualTo(name);
    assertThat(made.at("/data/max_storage_mb")).isEqualTo("5");
    assertThat(made.at("/data/recordings_enabled")).isEqualTo("true");
    String path = TENANTS + "/" + made.at("/data/id");

    Answer changed =
        operator.send(
            "PATCH", path, "{\"speech_budget_seconds\": 60, \"recordings_enabled\": false}");
    assertThat(changed.at("/data/speech_budget_seconds")).isEqualTo("60");
    assertThat(changed.at("/data/recordings_enabled")).isEqualTo("false");
    assertThat(changed.at("/data/max_storage_mb")).as("left as it was").isEqualTo("5");
    assertThat(
            operator.send("PATCH", path, "{\"max_storage_mb\": null}").at("/data/max_storage_mb"))
        .isNull();
    assertThat(operator.get(TENANTS).json().findValuesAsString("name")).contains(name);
  }

  @Test
  void refusesInvalidTenants() {
    assertThat(operator.send("POST", TENANTS, "{}").at("/error/code"))
        .isEqualTo("SW_VALIDATION_ERROR");
    String taken = "{\"name\": \"%s\"}".formatted(alice.tenant().name());
    assertThat(operator.send("POST", TENANTS, taken).status()).isEqualTo(409);
    String path = TENANTS + "/" + alice.tenant().id();
    assertThat(operator.send("PATCH", path, "{\"max_storage_mb\": -1}").status()).isEqualTo(422);
    assertThat(operator.send("PATCH", path, "{\"max_storage_mb\": \"5\"}").status()).isEqualTo(422);
    assertThat(operator.send("PATCH", path, "{\"retention_days\": 0}").status()).isEqualTo(422);
    assertThat(operator.send("POST", TENANTS, "{\"name\": \"a\\u0000b\"}").status()).isEqualTo(422);
    assertThat(operator.send("POST", TENANTS, "{\"name\": \"a\\u001b[2Jb\"}").status())
        .isEqualTo(422);
    assertThat(operator.send("PATCH", path, "[]").status()).isBetween(400, 422);
    assertThat(operator.send("PATCH", TENANTS + "/" + UUID.randomUUID(), "{}").status())
        .isEqualTo(404);
  }

  @Test
  void letsOnlyOperatorsCreateTenants() {
    assertThat(alice.get(TENANTS).status()).isEqualTo(403);
    assertThat(alice.send("POST", TENANTS, "{\"name\": \"mine\"}").status()).isEqualTo(403);
    assertThat(alice.send("PATCH", TENANTS + "/" + alice.tenant().id(), "{}").status())
        .isEqualTo(403);
  }

  @Test
  void createsKeysThatWorkUntilTheyAreRevoked() {
    Answer made =
        alice.send(
            "POST",
            KEYS,
            "{\"user\": \"carol\", \"name\": \"laptop\", \"permissions\": [\"scaiecho:transcribe\"]}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.header("Cache-Control")).isEqualTo("no-store");
    String secret = String.valueOf(made.at("/data/key"));
    assertThat(secret).startsWith("sgk_");
    TestCaller carol = alice.withToken(secret);
    assertThat(carol.get("/v1/jobs").status()).isEqualTo(200);
    assertThat(carol.get(KEYS).status()).isEqualTo(403);

    Answer listed = alice.get(KEYS);
    assertThat(listed.json().findValuesAsString("name")).contains("laptop");
    assertThat(listed.json().findValuesAsString("user")).contains("carol");
    assertThat(listed.text()).doesNotContain(secret).doesNotContain("sgk_");

    String path = KEYS + "/" + made.at("/data/id");
    TestCaller stranger = TestServer.shared().newTenant();
    assertThat(stranger.delete(path).status()).isEqualTo(404);
    assertThat(alice.delete(path).status()).isEqualTo(204);
    assertThat(carol.get("/v1/jobs").status()).isEqualTo(401);
    assertThat(alice.delete(path).status()).isEqualTo(404);
    assertThat(alice.delete(KEYS + "/no-id").status()).isEqualTo(404);
  }

  @Test
  void refusesInvalidKeys() {
    String before = alice.get(KEYS).at("/meta/total");
    for (String wrong :
        List.of(
            "'user': 'a\\u0000b'",
            "'user': 'carol', 'name': 'a\\nb'",
            "'user': 'carol', 'expires_at': '2020-01-01T00:00:00Z'",
            "'user': 'carol', 'expires_at': '+999999999-12-31T23:59:59Z'",
            "'user': 'carol', 'expires_at': 'tomorrow'")) {
      String body = ("{" + wrong + ", 'permissions': ['rooms']}").replace('\'', '"');
      assertThat(alice.send("POST", KEYS, body).status()).as(body).isBetween(400, 422);
    }
    assertThat(alice.get(KEYS).at("/meta/total")).isEqualTo(before);
  }

  @Test
  void showsEachTenantsAuditLogToItsAdministratorsAndToOperators() {
    TestCaller stranger = TestServer.shared().newTenant();
    stranger.post("/v1/media/upload", new TestForm().file("file", "a.txt", new byte[] {'a'}));
    String named = "/v1/admin/audit?tenant_id=" + stranger.tenant().id();

    assertThat(operator.get(named).at("/data/0/action")).isEqualTo("media.upload");
    assertThat(stranger.get(named).at("/data/0/action")).isEqualTo("media.upload");
    assertThat(alice.get(named).status()).isEqualTo(404);
    assertThat(operator.get("/v1/admin/audit?tenant_id=x").status()).isEqualTo(404);
  }

  @Test
  void createsATenantWithItsLimitsOrNotAtAll() {
    TestServer.shared()
        .execute(
            "alter table tenants add constraint no_seven check (max_storage_mb is distinct from 7)");
    String name = "half " + UUID.randomUUID();
    try {
      Answer failed =
          operator.send(
              "POST", TENANTS, "{\"name\": \"%s\", \"max_storage_mb\": 7}".formatted(name));
      assertThat(failed.status()).isEqualTo(500);
    } finally {
      TestServer.shared().execute("alter table tenants drop constraint no_seven");
    }
    assertThat(TestServer.shared().count("from tenants where name = '" + name + "'")).isZero();
  }

  @Test
  void listsTenantsAndKeysByPage() {
    TestCaller admin = TestServer.shared().newTenant();
    admin.only(Permission.ROOMS);
    admin.only(Permission.CALLS);

    assertThat(pages(admin, KEYS, 2)).hasSize(3).doesNotHaveDuplicates();
    assertThat(pages(operator, TENANTS, 200))
        .doesNotHaveDuplicates()
        .contains(admin.tenant().id().toString(), alice.tenant().id().toString());
  }

  private static List<String> pages(TestCaller caller, String path, int limit) {
    List<String> ids = new ArrayList<>();
    String cursor = "";
    do {
      Answer page = caller.get(path + "?limit=" + limit + cursor);
      assertThat(page.json().get("data").size()).isBetween(1, limit);
      page.json().get("data").forEach(entry -> ids.add(entry.get("id").asString()));
      String next = page.at("/meta/next_cursor");
      cursor = next == null ? "" : "&cursor=" + next;
    } while (!cursor.isEmpty());
    return ids;
  }

  @Test
  void refusesKeysBeyondALimitAndReplacesThoseThatHaveExpired() {
    TestCaller admin = TestServer.shared().newTenant();
    TestServer.shared()
        .execute(
            """
            insert into api_keys
              (id, tenant_id, user_id, name, sha256, permissions, created_at, expires_at)
            select gen_random_uuid(), tenant_id, user_id, '', sha256(id::text::bytea || int4send(n)),
              permissions, created_at, case when n = 1 then created_at end
            from api_keys, generate_series(1, 9999) as n where tenant_id = '%s'
            """
                .formatted(admin.tenant().id()));
    String wanted = "{\"user\": \"carol\", \"permissions\": [\"rooms\"]}";

    assertThat(admin.send("POST", KEYS, wanted).status())
        .as("an expired key makes room")
        .isEqualTo(201);
    Answer refused = admin.send("POST", KEYS, wanted);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.at("/error/code")).isEqualTo("SW_TOO_MANY_KEYS");
    assertThat(admin.get(KEYS + "?limit=1").at("/meta/total")).isEqualTo("10000");
  }

  @Test
  void countsTheListedTenantsAndKeys() {
    Answer listed =
        operator.get(KEYS + "?tenant_id=" + TestServer.shared().newTenant().tenant().id());
    assertThat(listed.at("/meta/total")).isEqualTo("1");
    assertThat(listed.json().at("/meta").has("next_cursor")).isTrue();
    assertThat(operator.get("/v1/admin/tenants").json().at("/meta/total").asInt()).isPositive();
  }

  @Test
  void limitsAdministratorsToTheirTenantAndPermissions() {
    TestCaller stranger = TestServer.shared().newTenant();
    String elsewhere =
        "{\"tenant_id\": \"%s\", \"user\": \"eve\", \"permissions\": [\"admin\"]}"
            .formatted(stranger.tenant().id());

    assertThat(alice.send("POST", KEYS, elsewhere).status()).isEqualTo(404);
    assertThat(alice.get(KEYS + "?tenant_id=" + stranger.tenant().id()).status()).isEqualTo(404);
    assertThat(operator.send("POST", KEYS, elsewhere).status()).isEqualTo(201);
    String operators = "{\"user\": \"eve\", \"permissions\": [\"operator\"]}";
    assertThat(alice.send("POST", KEYS, operators).status()).isEqualTo(403);
    assertThat(operator.send("POST", KEYS, operators).status()).isEqualTo(201);
    assertThat(alice.send("POST", KEYS, "{\"user\": \"eve\"}").status()).isEqualTo(422);
    assertThat(
            alice
                .send("POST", KEYS, "{\"user\": \"eve\", \"permissions\": [\"everything\"]}")
                .status())
        .isEqualTo(422);
  }
}
