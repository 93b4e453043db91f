package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.OnBothStores;
import parley.testing.Samples;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

@Tag("server")
@OnBothStores
class AppRoutesTest {
  private static final byte[] TEXT = "hello".getBytes(StandardCharsets.UTF_8);

  private final TestServer server = TestServer.shared();

  @Test
  void respondsWithExactlyTheFieldsOfTheDialect() {
    TestCaller alice = server.newTenant();

    Answer answer =
        alice.post(
            "/files/upload",
            new TestForm()
                .file("file", "Photo.PNG", Samples.bytes("plain.png"))
                .field("user", "abc-123"));

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.json().propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "name",
            "size",
            "extension",
            "mime_type",
            "created_by",
            "created_at",
            "preview_url",
            "source_url",
            "original_url",
            "user_id",
            "tenant_id",
            "conversation_id",
            "file_key");
    UUID.fromString(answer.at("/id"));
    assertThat(answer.at("/name")).isEqualTo("Photo.PNG");
    assertThat(answer.json().get("size").asLong()).isEqualTo(Samples.bytes("plain.png").length);
    assertThat(answer.at("/extension")).isEqualTo("png");
    assertThat(answer.at("/mime_type")).isEqualTo("image/png");
    UUID.fromString(answer.at("/created_by"));
    assertThat(answer.at("/user_id")).isEqualTo(answer.at("/created_by"));
    assertThat(answer.json().get("created_at").isIntegralNumber()).isTrue();
    assertThat(answer.json().get("created_at").asLong())
        .isCloseTo(Instant.now().getEpochSecond(), org.assertj.core.data.Offset.offset(60L));
    assertThat(answer.at("/tenant_id")).isEqualTo(alice.tenant().id().toString());
    assertThat(answer.at("/original_url")).isNull();
    assertThat(answer.at("/conversation_id")).isNull();
    assertThat(answer.at("/file_key"))
        .startsWith("tenant/" + alice.tenant().id() + "/")
        .hasSize("tenant/".length() + 36 + 1 + 64);
  }

  @Test
  void returnsSignedLinks() {
    TestCaller alice = server.newTenant();
    Answer answer = upload(alice, new TestForm().file("file", "a.txt", TEXT));
    String preview = String.valueOf(answer.at("/preview_url"));
    String source = String.valueOf(answer.at("/source_url"));
    String bare = "/files/" + answer.at("/id") + "/preview";

    assertThat(preview).startsWith(bare + "?");
    assertThat(server.stranger().get(preview).text()).isEqualTo("hello");
    assertThat(server.stranger().get(source).text()).isEqualTo("hello");
    assertThat(server.stranger().get(preview, "Range", "bytes=1-2").text()).isEqualTo("el");

    Answer tampered = server.stranger().get(preview.replace("expires=", "expires=1"));
    assertThat(tampered.status()).isEqualTo(403);
    assertThat(tampered.at("/status")).isEqualTo("403");
    assertThat(tampered.at("/code")).isEqualTo("media_link_invalid");

    assertThat(alice.get(bare).text()).isEqualTo("hello");
    assertThat(server.newTenant().get(bare).status()).isEqualTo(404);
    assertThat(alice.colleague().get(bare).status()).isEqualTo(404);
    assertRefused(server.stranger().get(bare), 401, "unauthorized");
    assertRefused(alice.only(Permission.CALLS).get(bare), 403, "forbidden");
  }

  @Test
  void assignsEachUserOfAnAppOneIdPerTenant() {
    TestCaller alice = server.newTenant();
    TestCaller otherTenant = server.newTenant();
    String first = createdBy(alice, "u-1");

    assertThat(createdBy(alice, "u-1")).isEqualTo(first);
    assertThat(createdBy(alice.colleague(), "u-1")).isEqualTo(first);
    assertThat(createdBy(alice, "u-2")).isNotEqualTo(first);
    assertThat(createdBy(otherTenant, "u-1")).isNotEqualTo(first);
    // A user of an app is distinct from a key's user of the same name.
    Answer nobody = upload(alice, new TestForm().file("file", "a.txt", TEXT));
    assertThat(createdBy(alice, "alice")).isNotEqualTo(nobody.at("/created_by"));
  }

  @Test
  void usesADistinctCodeForEachError() {
    try (TestServer small = TestServer.start(Map.of("media.max_upload_mb", "1"))) {
      TestCaller alice = small.newTenant();
      assertRefused(upload(alice, new TestForm()), 400, "no_file_uploaded");
      assertRefused(upload(alice, new TestForm().field("file", "x")), 400, "no_file_uploaded");
      assertRefused(
          upload(alice, new TestForm().file("other", "a.txt", TEXT)), 400, "no_file_uploaded");
      assertRefused(
          upload(alice, new TestForm().file("file", "a.txt", new byte[0])),
          400,
          "no_file_uploaded");
      assertRefused(alice.post("/files/upload"), 400, "no_file_uploaded");
      assertRefused(
          upload(alice, new TestForm().file("file", "a.txt", TEXT).file("file", "b.txt", TEXT)),
          400,
          "too_many_files");
      assertRefused(
          upload(alice, new TestForm().file("file", "a.txt", TEXT).file("b", "b.txt", TEXT)),
          400,
          "too_many_files");
      assertRefused(
          upload(alice, new TestForm().file("file", "", TEXT)), 400, "filename_not_exists_error");
      assertRefused(
          upload(alice, new TestForm().file("file", "a.txt", TEXT).field("user", "x".repeat(256))),
          400,
          "invalid_param");
      assertRefused(
          upload(alice, new TestForm().file("file", "a.txt", TEXT).field("user", "a\0b")),
          400,
          "invalid_param");
      assertRefused(
          upload(alice, new TestForm().file("file", "a.txt", new byte[1024 * 1024 + 1])),
          413,
          "file_too_large");
      assertRefused(
          upload(alice, new TestForm().file("file", "a.png", Samples.bytes("plain.zip"))),
          415,
          "unsupported_file_type");
      assertRefused(
          upload(small.stranger(), new TestForm().file("file", "a.txt", TEXT)),
          401,
          "unauthorized");
      small.execute("update tenants set max_storage_mb = 0");
      assertRefused(
          upload(alice, new TestForm().file("file", "a.txt", TEXT)), 413, "file_too_large");
      assertThat(small.storedFiles()).isEmpty();
    }
  }

  private static String createdBy(TestCaller caller, String user) {
    return String.valueOf(
        upload(caller, new TestForm().field("user", user).file("file", "a.txt", TEXT))
            .at("/created_by"));
  }

  private static Answer upload(TestCaller caller, TestForm form) {
    return caller.post("/files/upload", form);
  }

  private static void assertRefused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().get("status").asInt()).isEqualTo(status);
    assertThat(answer.at("/code")).isEqualTo(code);
    assertThat(answer.at("/message")).isNotEmpty();
  }
}
