package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
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
import tools.jackson.databind.JsonNode;

@Tag("server")
@OnBothStores
class LibraryRoutesTest {
  private static final Path RECORDING = Path.of("examples/jfk.flac");

  private final TestServer server = TestServer.shared();

  @Test
  void respondsWithExactlyTheFieldsOfTheDialect() {
    TestCaller alice = server.newTenant();

    Answer created =
        alice.post(
            "/api/v1/media",
            new TestForm()
                .file("File", "hold music.wav", Samples.bytes("tone.flac"))
                .field("Description", "Ambient"));

    assertThat(created.status()).isEqualTo(200);
    assertThat(created.json().propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "fileName",
            "originalFileName",
            "fileSizeBytes",
            "contentType",
            "createdTime",
            "description");
    UUID.fromString(created.at("/id"));
    assertThat(created.at("/fileName")).isNotEqualTo("hold music.wav").endsWith(".wav");
    assertThat(created.at("/originalFileName")).isEqualTo("hold music.wav");
    assertThat(created.json().get("fileSizeBytes").asLong())
        .isEqualTo(Samples.bytes("tone.flac").length);
    assertThat(created.at("/contentType")).isEqualTo("audio/flac");
    assertThat(created.at("/createdTime")).endsWith("Z");
    assertThat(Instant.parse(created.at("/createdTime"))).isNotNull();
    assertThat(created.at("/description")).isEqualTo("Ambient");
    assertThat(alice.get("/api/v1/media/" + created.at("/id")).json()).isEqualTo(created.json());
    assertThat(alice.get("/api/v1/media").json().get(0)).isEqualTo(created.json());
  }

  @Test
  void assignsEachUploadAUniqueName() {
    TestCaller alice = server.newTenant();
    String one = upload(alice).at("/fileName");
    assertThat(upload(alice).at("/fileName")).isNotEqualTo(one);
  }

  @Test
  void acceptsOnlyAudio() {
    TestCaller alice = server.newTenant();
    assertRefused(
        alice.post("/api/v1/media", new TestForm().file("File", "a.mp3", new byte[] {1, 2})), 415);
    assertRefused(
        alice.post(
            "/api/v1/media", new TestForm().file("File", "a.png", Samples.bytes("plain.png"))),
        415);
    assertRefused(
        alice.post("/api/v1/media", new TestForm().file("File", "a.wav", new byte[0])), 400);
    assertRefused(alice.post("/api/v1/media", new TestForm().field("Description", "x")), 400);
    assertRefused(
        alice.post(
            "/api/v1/media",
            new TestForm()
                .field("Description", "x".repeat(1001))
                .file("File", "a.flac", Samples.bytes("tone.flac"))),
        400);
    assertThat(alice.get("/api/v1/media").json()).isEmpty();
  }

  @Test
  void changesAndClearsTheDescription() {
    TestCaller alice = server.newTenant();
    String path = "/api/v1/media/" + upload(alice).at("/id");

    assertThat(alice.send("PATCH", path, "{\"description\": \"x\"}").at("/description"))
        .isEqualTo("x");
    assertThat(alice.send("PATCH", path, "{\"description\": \"\"}").at("/description")).isNull();
    alice.send("PATCH", path, "{\"description\": \"y\"}");
    assertThat(alice.send("PATCH", path, "{\"description\": null}").at("/description")).isNull();
    for (String body :
        List.of(
            "{}",
            "[]",
            "7",
            "{\"description\": []}",
            "{\"description\": \"" + "x".repeat(1001) + "\"}")) {
      assertRefused(alice.send("PATCH", path, body), 400);
    }
  }

  @Test
  void hidesTheMediaOfOthers() {
    TestCaller alice = server.newTenant();
    String path = "/api/v1/media/" + upload(alice).at("/id");
    for (TestCaller other : List.of(server.newTenant(), alice.as("carol", Permission.MEDIA_READ))) {
      assertRefused(other.get(path), 404);
      assertThat(other.get("/api/v1/media").json()).isEmpty();
    }
    assertRefused(server.newTenant().delete(path), 404);
    assertRefused(server.newTenant().send("PATCH", path, "{\"description\": \"x\"}"), 404);
    assertRefused(server.stranger().get("/api/v1/media"), 401);
    assertRefused(server.stranger().get(path), 401);
    assertRefused(alice.get("/api/v1/media/unknown"), 404);

    assertThat(alice.delete(path).status()).isEqualTo(204);
    assertRefused(alice.get(path), 404);
    assertRefused(alice.delete(path), 404);
  }

  @Test
  void refusesInvalidPagesButNotThoseBeyondTheEnd() {
    TestCaller alice = server.newTenant();
    upload(alice);
    for (String query :
        List.of(
            "page=0",
            "page=-1",
            "page=x",
            "page=",
            "page=1.5",
            "page=99999999999",
            "pageSize=0",
            "pageSize=201",
            "pageSize=x",
            "page=1&pageSize=-5")) {
      assertRefused(alice.get("/api/v1/media?" + query), 400);
    }
    assertThat(alice.get("/api/v1/media?page=2").text()).isEqualTo("[]");
    assertThat(alice.get("/api/v1/media?page=2147483647&pageSize=200").text()).isEqualTo("[]");
    assertThat(alice.get("/api/v1/media?page=1&pageSize=200").json()).hasSize(1);
  }

  @Test
  void listsEveryEntryOnceInPagesWhileOthersUpload() throws Exception {
    TestCaller alice = server.newTenant();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      expected.addFirst(upload(alice).at("/id"));
    }
    List<Thread> uploaders = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    int before = 0;
    for (int page = 1; ; page++) {
      uploaders.add(Thread.ofVirtual().start(() -> upload(alice)));
      uploaders.add(Thread.ofVirtual().start(() -> upload(alice)));
      JsonNode entries = alice.get("/api/v1/media?pageSize=7&page=" + page).json();
      if (entries.isEmpty()) {
        break;
      }
      seen.addAll(entries.findValuesAsString("id"));
      if (page == 1) {
        // Uploads from before the first page was requested may be on it.
        before = seen.indexOf(expected.getFirst());
      }
      for (Thread uploader : uploaders) {
        uploader.join();
      }
    }

    assertThat(new HashSet<>(seen)).hasSameSizeAs(seen);
    assertThat(seen.subList(before, seen.size())).isEqualTo(expected);
    assertThat(alice.get("/api/v1/media?pageSize=7&page=1").json().findValuesAsString("id"))
        .doesNotContain(expected.getLast());
  }

  @Test
  void fixesTheListPerPageSize() {
    TestCaller alice = server.newTenant();
    assertThat(alice.get("/api/v1/media").text()).isEqualTo("[]");
    String first = upload(alice).at("/id");
    upload(alice);

    assertThat(alice.get("/api/v1/media?page=2&pageSize=1").at("/0/id")).isEqualTo(first);
  }

  @Test
  void showsUploadsOfOtherDialects() {
    TestCaller alice = server.newTenant();
    Answer wave = alice.post("/v1/media/upload", new TestForm().file(RECORDING));
    String id = String.valueOf(wave.at("/data/media_id")).substring("med-".length());
    assertThat(alice.get("/api/v1/media/" + id).at("/originalFileName")).isEqualTo("jfk.flac");
    assertThat(alice.get("/api/v1/media").json().findValuesAsString("id"))
        .isEqualTo(Arrays.asList(id));
  }

  private static Answer upload(TestCaller caller) {
    return caller.post(
        "/api/v1/media", new TestForm().file("File", "a.flac", Samples.bytes("tone.flac")));
  }

  private static void assertRefused(Answer answer, int status) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.at("/error/code")).isNotEmpty().doesNotStartWith("SW_");
    assertThat(answer.at("/error/message")).isNotEmpty();
  }
}
