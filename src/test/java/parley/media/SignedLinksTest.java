package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.SettableClock;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

@Tag("server")
class SignedLinksTest {
  private static final Instant NOON = Instant.parse("2026-05-17T12:00:00Z");
  private static final SettableClock CLOCK = new SettableClock(NOON);

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of(), CLOCK);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void opensTheFileForFiveMinutesWithoutAToken() {
    TestCaller alice = server.newTenant();
    String id = upload(alice);
    Instant signedAt = CLOCK.instant();

    Answer signed = alice.get("/v1/media/signed/" + id);

    assertThat(signed.status()).isEqualTo(200);
    assertThat(signed.at("/data/expires_at"))
        .isEqualTo(signedAt.plus(Duration.ofMinutes(5)).toString());
    String url = String.valueOf(signed.at("/data/url"));
    assertThat(url).startsWith(server.uri("/v1/media/signed/" + id + "/content?").toString());
    assertThat(server.stranger().get(url).text()).isEqualTo("0123456789");
    Answer part = server.stranger().get(url, "Range", "bytes=2-4");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.text()).isEqualTo("234");
    assertThat(server.stranger().send("HEAD", url, "").status()).isEqualTo(200);
    CLOCK.move(Duration.ofMinutes(5).minusSeconds(1));
    assertThat(server.stranger().get(url).status()).isEqualTo(200);
    CLOCK.move(Duration.ofSeconds(1));
    assertRefused(url, "SW_MEDIA_LINK_EXPIRED");
  }

  @Test
  void refusesAlteredLinks() {
    TestCaller alice = server.newTenant();
    String id = upload(alice);
    String other = upload(alice);
    String url = link(alice, id);

    assertRefused(url.replace(id, other), "SW_MEDIA_LINK_INVALID");
    assertRefused(url.replace("tenant=", "tenant=0"), "SW_MEDIA_LINK_INVALID");
    assertRefused(
        url.replace(alice.tenant().id().toString(), server.newTenant().tenant().id().toString()),
        "SW_MEDIA_LINK_INVALID");
    assertRefused(url.replaceAll("expires=(\\d+)", "expires=9$1"), "SW_MEDIA_LINK_INVALID");
    assertRefused(url.replaceAll("expires=\\d+", "expires=x"), "SW_MEDIA_LINK_INVALID");
    assertRefused(
        url.replaceAll("expires=\\d+", "expires=9223372036854775807"), "SW_MEDIA_LINK_INVALID");
    assertRefused(
        url.replaceAll("key=[^&]+", "key=00000000-0000-0000-0000-000000000000"),
        "SW_MEDIA_LINK_INVALID");
    assertRefused(url.replace("signature=", "signature=_"), "SW_MEDIA_LINK_INVALID");
    assertRefused(url.replaceAll("signature=.*", "signature="), "SW_MEDIA_LINK_INVALID");
    assertRefused(url.substring(0, url.indexOf('?')), "SW_MEDIA_LINK_INVALID");
    // An expired and altered link is not reported as merely expired.
    assertRefused(url.replaceAll("expires=\\d+", "expires=1"), "SW_MEDIA_LINK_INVALID");
  }

  @Test
  void doesNotOpenDeletedFiles() {
    TestCaller alice = server.newTenant();
    String id = upload(alice);
    String url = link(alice, id);
    alice.delete("/v1/media/" + id);
    assertThat(server.stranger().get(url).status()).isEqualTo(404);
  }

  @Test
  void signsOnlyWhatTheCallerMaySee() {
    TestCaller alice = server.newTenant();
    String path = "/v1/media/signed/" + upload(alice);
    assertThat(alice.colleague().get(path).status()).isEqualTo(404);
    assertThat(server.newTenant().get(path).status()).isEqualTo(404);
    assertThat(server.stranger().get(path).status()).isEqualTo(401);
    assertThat(alice.get("/v1/media/signed/unknown").status()).isEqualTo(404);
    assertThat(alice.get("/v1/admin/audit").text()).doesNotContain("media.sign");
    CLOCK.move(Duration.ofSeconds(1));
    alice.get(path);
    assertThat(alice.get("/v1/admin/audit").at("/data/0/action")).isEqualTo("media.sign");
  }

  @Test
  void acceptsLinksOfThePreviousKeyButNoOlderOne() {
    try (TestServer own = TestServer.start(Map.of(), CLOCK)) {
      TestCaller alice = own.newTenant();
      String id = upload(alice);
      String byTheFirst = link(alice, id);
      age(own);
      String byTheSecond = link(alice, id);
      assertThat(key(byTheSecond)).isNotEqualTo(key(byTheFirst));
      assertThat(own.stranger().get(byTheFirst).status()).isEqualTo(200);
      age(own);
      String byTheThird = link(alice, id);
      assertThat(own.stranger().get(byTheFirst).status()).isEqualTo(403);
      assertThat(own.stranger().get(byTheSecond).status()).isEqualTo(200);
      assertThat(own.stranger().get(byTheThird).status()).isEqualTo(200);
    }
  }

  @Test
  void startsLinksWithTheConfiguredPublicUrl() {
    try (TestServer own =
        TestServer.start(Map.of("server.public_url", "https://parley.example.org/"))) {
      TestCaller alice = own.newTenant();
      assertThat(link(alice, upload(alice)))
          .startsWith("https://parley.example.org/v1/media/signed/med-");
    }
  }

  /// Makes all keys too old to sign.
  private static void age(TestServer server) {
    server.execute("update link_keys set created_at = created_at - interval '8 days'");
  }

  private static String key(String url) {
    return url.replaceAll(".*key=([^&]+).*", "$1");
  }

  private static String link(TestCaller caller, String id) {
    return String.valueOf(caller.get("/v1/media/signed/" + id).at("/data/url"));
  }

  private static String upload(TestCaller caller) {
    TestForm form =
        new TestForm().file("file", "a.txt", "0123456789".getBytes(StandardCharsets.UTF_8));
    return String.valueOf(caller.post("/v1/media/upload", form).at("/data/media_id"));
  }

  private static void assertRefused(String url, String code) {
    Answer answer = server.stranger().get(url);
    assertThat(answer.status()).as(url).isEqualTo(403);
    assertThat(answer.at("/error/code")).as(url).isEqualTo(code);
  }
}
