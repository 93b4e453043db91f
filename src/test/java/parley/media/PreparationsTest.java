package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.Samples;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestDecoder;
import parley.testing.TestForm;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Pictures and recordings are prepared after they are stored, with tenants taking turns.
@Tag("slow")
class PreparationsTest {
  /// Of a run that makes thumbnails of a GIF.
  private static final String GIF = "-f gif";

  @TempDir static Path folder;
  private static TestDecoder decoder;
  private static TestServer server;
  private int uploads;

  @BeforeAll
  static void start() throws IOException {
    decoder = new TestDecoder(folder.resolve("decoder"));
    Map<String, String> settings = new HashMap<>(decoder.settings());
    settings.put("media.thumbnail_wait_millis", "500");
    server = TestServer.start(settings);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void doesNotDelayTenantsBecauseOfSlowPicturesOfOthers() throws Exception {
    TestCaller[] busy = {server.newTenant(), server.newTenant()};
    TestCaller other = server.newTenant();
    List<Answer> waiting = new ArrayList<>();
    try (Closeable _ = decoder.hold(GIF)) {
      for (int i = 0; i < 2; i++) {
        for (TestCaller caller : busy) {
          Answer stored = upload(caller, "slow.gif", slowPicture(caller));
          assertThat(stored.status()).isEqualTo(200);
          assertThat(stored.at("/data/thumbnail_status")).isEqualTo("pending");
          assertThat(stored.at("/data/width")).as("the header tells").isEqualTo("120");
          waiting.add(stored);
        }
      }

      Answer picture = upload(other, "small.png", Samples.bytes("plain.png"));

      assertThat(picture.status()).isEqualTo(200);
      Eventually.holds("made meanwhile", () -> "ready".equals(status(other, picture)));
      for (int i = 0; i < waiting.size(); i++) {
        assertThat(status(busy[i % 2], waiting.get(i))).isEqualTo("pending");
      }
    }
    for (int i = 0; i < waiting.size(); i++) {
      TestCaller caller = busy[i % 2];
      Answer stored = waiting.get(i);
      Eventually.holds("made as well", () -> "ready".equals(status(caller, stored)));
    }
  }

  @Test
  void makesThumbnailsAlsoAfterSomebodyRemovedTheFolderForIt() throws Exception {
    TestCaller alice = server.newTenant();
    FileUtils.deleteDirectory(server.dataDirectory().resolve("thumbnails").toFile());
    Answer picture = upload(alice, "small.png", Samples.bytes("plain.png"));
    Eventually.holds("made", () -> "ready".equals(status(alice, picture)));
  }

  @Test
  void announcesWhenAThumbnailIsReady() throws Exception {
    TestCaller alice = server.newTenant();
    TestCaller bob = alice.colleague();
    String room = TestRooms.create(alice, "group");
    TestRooms.bring(alice, room, bob);
    Answer stored;
    try (Closeable _ = decoder.hold(GIF)) {
      stored =
          alice.post(
              "/v1/media/upload",
              new TestForm().field("room_id", room).file("file", "a.gif", slowPicture(alice)));
      assertThat(stored.at("/data/thumbnail_id")).isNull();
      Answer pending = alice.get(thumbnail(stored));
      assertThat(pending.status()).isEqualTo(202);
      assertThat(pending.header("Retry-After")).isEqualTo("2");
      assertThat(alice.get(thumbnail(stored) + "?size=huge").status()).isEqualTo(400);
      assertThat(server.newTenant().get(thumbnail(stored)).status()).isEqualTo(404);
      assertThat(server.stranger().get(thumbnail(stored)).status()).isEqualTo(401);
    }

    for (TestCaller member : List.of(alice, bob)) {
      Eventually.holds("an event tells", () -> !ready(member, stored).isEmpty());
      JsonNode event = ready(member, stored).getFirst().get("content");
      assertThat(event.get("thumbnail_id").asString())
          .isEqualTo("med-thumb-" + id(stored).substring(4));
      assertThat(event.get("width").asInt()).isEqualTo(120);
      assertThat(event.get("height").asInt()).isEqualTo(80);
      assertThat(event.get("duration").isNull()).isTrue();
      assertThat(member.get(thumbnail(stored)).status()).isEqualTo(200);
    }
  }

  @Test
  void preparesSharedBlobsOnceForTheRemainingEntries() throws Exception {
    TestCaller alice = server.newTenant();
    byte[] picture = slowPicture(alice);
    Answer second;
    try (Closeable _ = decoder.hold(GIF)) {
      Answer first = upload(alice, "a.gif", picture);
      second = upload(alice, "b.gif", picture);
      assertThat(server.count("from preparations where tenant_id = '" + alice.tenant().id() + "'"))
          .isEqualTo(1);
      assertThat(alice.delete("/v1/media/" + id(first)).status()).isEqualTo(204);
    }

    Eventually.holds("ready", () -> "ready".equals(status(alice, second)));
    assertThat(alice.get(thumbnail(second)).status()).isEqualTo(200);
    assertThat(ready(alice, second)).hasSize(1);
  }

  @Test
  void leavesNothingOfAFileDeletedDuringItsPreparation() throws Exception {
    TestCaller alice = server.newTenant();
    Answer stored;
    try (Closeable _ = decoder.hold(GIF)) {
      stored = upload(alice, "a.gif", slowPicture(alice));
      assertThat(alice.delete("/v1/media/" + id(stored)).status()).isEqualTo(204);
    }

    Answer next = upload(alice, "next.png", Samples.bytes("plain.png"));
    Eventually.holds("the next is ready", () -> "ready".equals(status(alice, next)));
    assertThat(server.storedFiles())
        .noneMatch(file -> file.contains(String.valueOf(stored.at("/data/sha256"))));
  }

  @Test
  void continuesTheWorkOfADeadNode() throws Exception {
    TestCaller alice = server.newTenant();
    Answer stored = upload(alice, "a.png", Samples.bytes("plain.png"));
    Eventually.holds("ready", () -> "ready".equals(status(alice, stored)));
    server.execute(
        """
        update preparations
        set status = 'pending', thumbnails = '{}', attempts = attempts + 1, node = 'dead',
          leased_until = now() - interval '1 second'
        where tenant_id = '%s'
        """
            .formatted(alice.tenant().id()));

    Eventually.holds("ready again", () -> "ready".equals(status(alice, stored)));
  }

  @Test
  void givesUpAFileThatWasInterruptedTwice() throws Exception {
    TestCaller alice = server.newTenant();
    Answer stored = upload(alice, "a.png", Samples.bytes("plain.png"));
    Eventually.holds("ready", () -> "ready".equals(status(alice, stored)));
    server.execute(
        """
        update preparations
        set status = 'pending', thumbnails = '{}', attempts = attempts + 1, crashes = 1,
          leased_until = now() - interval '1 second'
        where tenant_id = '%s'
        """
            .formatted(alice.tenant().id()));

    Eventually.holds("given up", () -> "none".equals(status(alice, stored)));
    Answer info = alice.get("/v1/media/" + id(stored) + "/info");
    assertThat(info.at("/data/thumbnail_reason")).isEqualTo("too_costly");
    assertThat(info.at("/data/width")).isEqualTo("120");
  }

  @Test
  void makesALostThumbnailAgain() throws Exception {
    TestCaller alice = server.newTenant();
    Answer stored = upload(alice, "a.png", Samples.bytes("plain.png"));
    Eventually.holds("ready", () -> alice.get(thumbnail(stored)).status() == 200);
    server.storedFiles().stream()
        .filter(file -> file.contains(String.valueOf(stored.at("/data/sha256"))))
        .filter(
            file -> file.contains(".thumbnails") && file.contains(alice.tenant().id().toString()))
        .forEach(server::lose);

    assertThat(alice.get(thumbnail(stored)).status()).isEqualTo(202);
    Eventually.holds("made again", () -> alice.get(thumbnail(stored)).status() == 200);
  }

  @Test
  void makesAThumbnailAgainForItsOwnerAndAdministrators() throws Exception {
    TestCaller alice = server.newTenant();
    Answer stored =
        alice.post(
            "/v1/media/upload",
            new TestForm().field("tenant_scope", "true").file(Samples.file("plain.png")));
    Eventually.holds("ready", () -> alice.get(thumbnail(stored)).status() == 200);
    String tag = String.valueOf(alice.get(thumbnail(stored)).header("ETag"));
    String again = "/v1/media/" + id(stored) + "/thumbnail";
    assertThat(server.newTenant().post(again).status()).isEqualTo(404);
    assertThat(server.stranger().post(again).status()).isEqualTo(401);
    assertThat(alice.only(Permission.MEDIA_READ).post(again).status()).isEqualTo(403);
    TestCaller bob = alice.as("bob", Permission.MEDIA_READ, Permission.MEDIA_WRITE);
    assertThat(bob.post(again).status()).isEqualTo(403);
    assertThat(ready(alice, stored)).hasSize(1);

    Answer accepted = alice.post(again);

    assertThat(accepted.status()).isEqualTo(202);
    assertThat(accepted.at("/data/media_id")).isEqualTo(id(stored));
    Eventually.holds("an event tells", () -> ready(alice, stored).size() == 2);
    Answer other = alice.get(thumbnail(stored), "If-None-Match", tag);
    assertThat(other.status()).as("not the one of before").isEqualTo(200);
  }

  @Test
  void replacesThumbnailsOfOlderVersionsSilently() throws Exception {
    TestCaller alice = server.newTenant();
    Answer stored = upload(alice, "a.png", Samples.bytes("plain.png"));
    Eventually.holds("ready", () -> "ready".equals(status(alice, stored)));
    String mine = "from preparations where tenant_id = '" + alice.tenant().id() + "'";
    server.execute(
        "update preparations set maker = 0 where tenant_id = '" + alice.tenant().id() + "'");

    Eventually.holds(
        "remade",
        () -> {
          assertThat(alice.get(thumbnail(stored)).status()).isEqualTo(200);
          return server.count(mine + " and maker > 0 and revision = 2") == 1;
        });
    assertThat(ready(alice, stored)).hasSize(1);
  }

  @Test
  void reportsWhyThereIsNoThumbnail() throws Exception {
    TestCaller alice = server.newTenant();
    for (Map.Entry<String, String> one :
        Map.of(
                "big.tiff", "unsupported",
                "lab.tiff", "unsupported",
                "half.tiff", "unsupported",
                "notes.txt", "no_picture",
                "tone.flac", "no_picture")
            .entrySet()) {
      Answer stored = upload(alice, one.getKey(), Samples.bytes(one.getKey()));
      Eventually.holds(one.getKey(), () -> "none".equals(status(alice, stored)));
      assertThat(alice.get("/v1/media/" + id(stored) + "/info").at("/data/thumbnail_reason"))
          .as(one.getKey())
          .isEqualTo(one.getValue());
      Answer none = alice.get(thumbnail(stored));
      assertThat(none.status()).isEqualTo(404);
      assertThat(none.at("/error/code")).isEqualTo("SW_MEDIA_NO_THUMBNAIL");
      assertThat(none.at("/error/reason")).isEqualTo(one.getValue());
    }
  }

  @Test
  void refusesOneBitPicturesWithTooManyPixels() throws Exception {
    TestCaller alice = server.newTenant();
    BufferedImage picture = new BufferedImage(10_000, 7_000, BufferedImage.TYPE_BYTE_BINARY);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    Answer stored = upload(alice, "large.png", png.toByteArray());
    assertThat(stored.at("/data/width")).isEqualTo("10000");

    Eventually.holds("told", () -> "none".equals(status(alice, stored)));
    assertThat(alice.get(thumbnail(stored)).at("/error/reason")).isEqualTo("too_many_pixels");
  }

  private byte[] slowPicture(TestCaller caller) throws IOException {
    byte[] picture = Samples.bytes("plain.gif");
    byte[] mark =
        ("slow for " + caller.tenant().id() + uploads++).getBytes(StandardCharsets.US_ASCII);
    byte[] both = new byte[picture.length + mark.length];
    System.arraycopy(picture, 0, both, 0, picture.length);
    System.arraycopy(mark, 0, both, picture.length, mark.length);
    return both;
  }

  private static Answer upload(TestCaller caller, String name, byte[] content) {
    return caller.post("/v1/media/upload", new TestForm().file("file", name, content));
  }

  private static String id(Answer stored) {
    return String.valueOf(stored.at("/data/media_id"));
  }

  private static String thumbnail(Answer stored) {
    return "/v1/media/download/" + id(stored) + "/thumbnail";
  }

  private static String status(TestCaller caller, Answer stored) {
    return String.valueOf(
        caller.get("/v1/media/" + id(stored) + "/info").at("/data/thumbnail_status"));
  }

  private static List<JsonNode> ready(TestCaller caller, Answer stored) {
    JsonNode events = caller.get("/v1/sync?since=0&limit=1000").json().at("/data/events");
    return StreamSupport.stream(events.spliterator(), false)
        .filter(event -> event.get("event_type").asString().equals("swp.media.ready"))
        .filter(event -> event.at("/content/media_id").asString().equals(id(stored)))
        .toList();
  }
}
