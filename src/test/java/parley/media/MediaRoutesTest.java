package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.OnBothStores;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

@Tag("slow")
@OnBothStores
class MediaRoutesTest {
  private static final Path RECORDING = Path.of("examples/jfk.flac");

  private final TestServer server = TestServer.shared();

  @Test
  void servesTextsWithTheirCharset() {
    TestCaller alice = server.newTenant();
    String german = "Gr\u00fc\u00dfe, na\u00efve \u2014";
    byte[] late = new byte[100_000];
    Arrays.fill(late, (byte) 'a');
    late[90_000] = (byte) 0xfc;
    assertCharset(alice, "a.txt", german.getBytes(StandardCharsets.UTF_8), "utf-8");
    assertCharset(alice, "a.txt", ("\uFEFF" + german).getBytes(StandardCharsets.UTF_8), "utf-8");
    assertCharset(alice, "a.csv", german.getBytes(StandardCharsets.UTF_8), "utf-8");
    assertCharset(alice, "a.md", german.getBytes(Charset.forName("windows-1252")), "windows-1252");
    assertCharset(alice, "a.json", "{\"a\": 1}".getBytes(StandardCharsets.UTF_8), "utf-8");
    assertCharset(
        alice, "a.txt", ("\uFEFF" + german).getBytes(StandardCharsets.UTF_16LE), "utf-16le");
    assertCharset(
        alice, "a.txt", ("\uFEFF" + german).getBytes(StandardCharsets.UTF_16BE), "utf-16be");
    assertCharset(alice, "late.txt", late, "windows-1252");
  }

  private void assertCharset(TestCaller alice, String name, byte[] text, String charset) {
    Answer stored = alice.post("/v1/media/upload", new TestForm().file("file", name, text));
    String type = stored.at("/data/mime_type") + ";charset=" + charset;
    String id = String.valueOf(stored.at("/data/media_id"));
    String download = "/v1/media/download/" + id;
    String link = String.valueOf(alice.get("/v1/media/signed/" + id).at("/data/url"));
    for (Answer answer :
        List.of(
            alice.get(download),
            alice.get(download, "Range", "bytes=0-1"),
            alice.send("HEAD", download, ""),
            alice.get("/files/" + id.substring(4) + "/preview"),
            server.stranger().get(link))) {
      assertThat(answer.header("Content-Type")).isEqualToIgnoringCase(type);
    }
    assertThat(stored.at("/data/mime_type")).doesNotContain("charset");
  }

  @Test
  void storesAnUploadAndDescribesIt() {
    TestCaller alice = server.newTenant();

    Answer uploaded = alice.post("/v1/media/upload", new TestForm().file(RECORDING));

    assertThat(uploaded.status()).isEqualTo(200);
    assertThat(uploaded.at("/data/media_id")).startsWith("med-");
    assertThat(uploaded.at("/data/sha256"))
        .isEqualTo("6acb6b5f0a9d0899dc1d710ef670565f41c5a5a6bd65802dc11be2866c9e34d5");
    assertThat(uploaded.at("/data/size")).isEqualTo("203108");
    assertThat(uploaded.at("/data/mime_type")).isEqualTo("audio/flac");
    Answer info = alice.get("/v1/media/" + uploaded.at("/data/media_id") + "/info");
    assertThat(info.status()).isEqualTo(200);
    assertThat(info.json()).isEqualTo(uploaded.json());
  }

  @Test
  void servesRangesExactly() {
    TestCaller alice = server.newTenant();
    byte[] content = new byte[300_000];
    new Random(7).nextBytes(content);
    String path = upload(alice, content);

    assertThat(alice.get(path).bytes()).isEqualTo(content);
    Answer part = alice.get(path, "Range", "bytes=100-299999");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.header("Content-Range")).isEqualTo("bytes 100-299999/300000");
    assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(content, 100, 300_000));
    Answer beyond = alice.get(path, "Range", "bytes=300000-");
    assertThat(beyond.status()).isEqualTo(416);
    assertThat(beyond.header("Content-Range")).isEqualTo("bytes */300000");
    assertThat(beyond.at("/error/code")).isEqualTo("SW_RANGE_NOT_SATISFIABLE");
    String tag = String.valueOf(part.header("ETag"));
    assertThat(alice.get(path, "If-None-Match", tag).status()).isEqualTo(304);
  }

  @Test
  void doesNotResumeADownloadOfAnotherFile() {
    TestCaller alice = server.newTenant();
    String path = upload(alice, new byte[] {'a', 'b', 'c'});
    String tag = String.valueOf(alice.get(path).header("ETag"));

    Answer other = alice.get(path, "If-Match", "\"another\"", "Range", "bytes=1-");
    assertThat(other.status()).isEqualTo(412);
    assertThat(other.at("/error/code")).isEqualTo("SW_PRECONDITION_FAILED");
    assertThat(alice.get(path, "If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT").status())
        .isEqualTo(412);
    assertThat(alice.get(path, "If-Match", tag, "Range", "bytes=1-").status()).isEqualTo(206);
  }

  @Test
  void sendsHeadersThatKeepBrowsersFromExecutingUploads() {
    TestCaller alice = server.newTenant();
    String html = upload(alice, "<html><script>alert(1)</script>".getBytes(StandardCharsets.UTF_8));

    Answer answer = alice.get(html);

    assertThat(answer.header("Content-Disposition")).startsWith("attachment");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Content-Security-Policy")).startsWith("sandbox; default-src 'none'");
  }

  @Test
  void hidesAnUploadFromColleaguesUnlessItIsInTenantScope() {
    TestCaller alice = server.newTenant();
    TestCaller bob = alice.colleague();
    TestCaller otherTenant = server.newTenant();
    TestForm form = new TestForm().file("file", "a.txt", new byte[] {'a'});
    String own = alice.post("/v1/media/upload", form).at("/data/media_id");
    // The field may also come after the file.
    form.field("tenant_scope", "true");
    String shared = alice.post("/v1/media/upload", form).at("/data/media_id");

    assertThat(bob.get("/v1/media/" + own + "/info").status()).isEqualTo(404);
    assertThat(bob.get("/v1/media/download/" + own).status()).isEqualTo(404);
    assertThat(bob.get("/v1/media/" + shared + "/info").status()).isEqualTo(200);
    assertThat(otherTenant.get("/v1/media/" + shared + "/info").status()).isEqualTo(404);
    assertThat(otherTenant.get("/v1/media/download/" + shared).status()).isEqualTo(404);
  }

  @Test
  void acceptsBooleansAsPythonSendsThem() {
    TestCaller alice = server.newTenant();

    assertThat(scoped(alice, "True").at("/data/tenant_scope")).isEqualTo("true");
    assertThat(scoped(alice, "False").at("/data/tenant_scope")).isEqualTo("false");
    assertThat(scoped(alice, "yes").status()).isEqualTo(400);
  }

  private static Answer scoped(TestCaller caller, String scope) {
    TestForm form = new TestForm().file("file", "a.txt", new byte[] {'a'});
    return caller.post("/v1/media/upload", form.field("tenant_scope", scope));
  }

  @Test
  void storesTheSameBytesOncePerTenant() {
    try (TestServer own = TestServer.start(Map.of())) {
      TestForm form = new TestForm().file("file", "a.txt", new byte[] {'a'});
      TestCaller alice = own.newTenant();
      TestCaller otherTenant = own.newTenant();

      assertThat(alice.post("/v1/media/upload", form).status()).isEqualTo(200);
      assertThat(alice.post("/v1/media/upload", form).status()).isEqualTo(200);
      assertThat(otherTenant.post("/v1/media/upload", form).status()).isEqualTo(200);

      String sha256 = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
      assertThat(own.storedFiles())
          .containsExactlyInAnyOrder(
              "blobs/tenant/" + alice.tenant().id() + "/" + sha256,
              "blobs/tenant/" + otherTenant.tenant().id() + "/" + sha256);
    }
  }

  @Test
  void refusesFormsWithoutAFileAndStoresNothing() {
    try (TestServer own = TestServer.start(Map.of("media.max_upload_mb", "1"))) {
      TestCaller alice = own.newTenant();

      assertRefused(alice, new TestForm().field("file", ""), 400, "SW_MEDIA_BAD_REQUEST");
      assertRefused(
          alice, new TestForm().file("file", "a", new byte[0]), 400, "SW_MEDIA_BAD_REQUEST");
      assertRefused(
          alice,
          new TestForm().file("file", "a", new byte[] {1}).file("file", "b", new byte[] {2}),
          400,
          "SW_MEDIA_BAD_REQUEST");
      assertRefused(
          alice,
          new TestForm().file("file", "a", new byte[1024 * 1024 + 1]),
          413,
          "SW_MEDIA_TOO_LARGE");
      assertThat(own.storedFiles()).isEmpty();
    }
  }

  private static void assertRefused(TestCaller caller, TestForm form, int status, String code) {
    Answer answer = caller.post("/v1/media/upload", form);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.at("/error/code")).isEqualTo(code);
  }

  private static String upload(TestCaller caller, byte[] content) {
    return "/v1/media/download/"
        + caller
            .post("/v1/media/upload", new TestForm().file("file", "file", content))
            .at("/data/media_id");
  }
}
