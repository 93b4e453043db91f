package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.Eventually;
import parley.testing.OnBothStores;
import parley.testing.SettableClock;
import parley.testing.TestCaller;
import parley.testing.TestForm;
import parley.testing.TestServer;

@Tag("server")
@OnBothStores
class RetentionTest {
  @Test
  void deletesMediaWhenTheirOwnOrElseTheTenantsRetentionEnds() throws Exception {
    SettableClock clock = new SettableClock(Instant.parse("2026-05-17T12:00:00Z"));
    try (TestServer server = TestServer.start(Map.of("media.expiry_check_seconds", "1"), clock)) {
      TestCaller alice = server.newTenant();
      TestCaller strict = server.newTenant();
      server.execute(
          "update tenants set retention_days = 2 where id = '" + strict.tenant().id() + "'");
      String forEver = upload(alice, "a", new TestForm());
      String oneDay = upload(alice, "b", new TestForm().field("retention_days", "1"));
      String byTheTenant = upload(strict, "c", new TestForm());
      String longer = upload(strict, "d", new TestForm().field("retention_days", "30"));

      clock.move(Duration.ofDays(1).plusMinutes(1));
      Eventually.holds("gone after a day", () -> status(alice, oneDay) == 404);
      assertThat(status(strict, byTheTenant)).isEqualTo(200);

      clock.move(Duration.ofDays(1));
      Eventually.holds("gone after two days", () -> status(strict, byTheTenant) == 404);
      assertThat(status(alice, forEver)).isEqualTo(200);
      assertThat(status(strict, longer)).isEqualTo(200);
      Eventually.holds("the bytes are gone", () -> server.storedFiles().size() == 2);
      assertThat(strict.get("/v1/admin/audit").at("/data/0/action")).isEqualTo("media.expire");
    }
  }

  @Test
  void refusesInvalidRetentions() {
    TestCaller alice = TestServer.shared().newTenant();
    for (String days : List.of("0", "-1", "36501", "x", "1.5")) {
      TestForm form =
          new TestForm().file("file", "a", new byte[] {1}).field("retention_days", days);
      assertThat(alice.post("/v1/media/upload", form).status()).as(days).isEqualTo(400);
    }
  }

  private static String upload(TestCaller caller, String content, TestForm form) {
    form.file("file", "a.txt", content.getBytes(StandardCharsets.UTF_8));
    return "/v1/media/" + caller.post("/v1/media/upload", form).at("/data/media_id") + "/info";
  }

  private static int status(TestCaller caller, String path) {
    return caller.get(path).status();
  }
}
