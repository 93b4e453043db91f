package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.Eventually;
import parley.testing.OnBothStores;
import parley.testing.Samples;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

/// The metadata of uploaded pictures and recordings, and their thumbnails.
@Tag("server")
@OnBothStores
class ThumbnailRoutesTest {
  private final TestServer server = TestServer.shared();

  @Test
  void reportsDimensionsAndDurations() throws IOException {
    TestCaller alice = server.newTenant();
    BufferedImage plain = ImageIO.read(new ByteArrayInputStream(Samples.bytes("plain.png")));

    Answer picture = upload(alice, "plain.png");
    assertThat(picture.at("/data/width")).isEqualTo(String.valueOf(plain.getWidth()));
    assertThat(picture.at("/data/height")).isEqualTo(String.valueOf(plain.getHeight()));
    assertThat(picture.at("/data/duration")).isNull();
    assertThat(picture.at("/data/thumbnail_id"))
        .isEqualTo(String.valueOf(picture.at("/data/media_id")).replace("med-", "med-thumb-"));
    Answer video = upload(alice, "clip.mp4");
    assertThat(video.at("/data/width")).isNotNull();
    assertThat(video.json().at("/data/duration").asDouble()).isPositive();
    assertThat(video.at("/data/thumbnail_id")).isNotNull();
    Answer sound = upload(alice, "tone.flac");
    assertThat(sound.at("/data/width")).isNull();
    assertThat(sound.json().at("/data/duration").asDouble()).isPositive();
    assertThat(sound.at("/data/thumbnail_id")).isNull();
    Answer text = upload(alice, "notes.txt");
    assertThat(text.at("/data/duration")).isNull();
  }

  @Test
  void reportsTheSameWhenTheOnlyOtherEntryIsDeletedConcurrently() throws Exception {
    TestCaller alice = server.newTenant();
    Answer first = upload(alice, "plain.png");
    String content = "tenant/" + alice.tenant().id() + "/" + first.at("/data/sha256");
    CompletableFuture<Answer> second;
    CompletableFuture<Answer> deleted;
    try (AutoCloseable held =
        server.hold("select pg_advisory_xact_lock(hashtextextended('" + content + "', 0))")) {
      assertThat(held).isNotNull();
      second = CompletableFuture.supplyAsync(() -> upload(alice, "plain.png"));
      Eventually.holds(
          "the second upload waits",
          () -> server.count("from pg_locks where locktype = 'advisory' and not granted") > 0);
      deleted =
          CompletableFuture.supplyAsync(
              () -> alice.delete("/v1/media/" + first.at("/data/media_id")));
      Eventually.holds(
          "the first entry is gone",
          () -> server.count("from media where tenant_id = '" + alice.tenant().id() + "'") == 0);
    }
    assertThat(deleted.join().status()).isEqualTo(204);
    Answer third = upload(alice, "plain.png");
    for (Answer answer : List.of(second.get(), third)) {
      assertThat(answer.at("/data/width")).isEqualTo(first.at("/data/width"));
      assertThat(answer.at("/data/thumbnail_id")).isNotNull();
      assertThat(alice.get(path(answer)).status()).isEqualTo(200);
    }
  }

  @Test
  void rotatesThumbnailsAsDisplayed() {
    TestCaller alice = server.newTenant();
    Answer upright = upload(alice, "orientation-1.jpg");
    Answer turned = upload(alice, "orientation-6.jpg");
    assertThat(turned.at("/data/width")).isEqualTo(upright.at("/data/width"));
    assertThat(turned.at("/data/height")).isEqualTo(upright.at("/data/height"));
  }

  @Test
  void servesThumbnailsInThreeSizesAndTwoEncodings() throws IOException {
    TestCaller alice = server.newTenant();
    String path = path(upload(alice, "clip.mp4"));
    int previous = 0;
    for (String size : List.of("small", "medium", "large")) {
      Answer jpeg = alice.get(path + "?size=" + size);
      assertThat(jpeg.status()).isEqualTo(200);
      assertThat(jpeg.header("Content-Type")).isEqualTo("image/jpeg");
      assertThat(jpeg.header("Vary")).isEqualTo("Accept");
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg.bytes()));
      assertThat(image.getWidth()).isGreaterThanOrEqualTo(previous);
      previous = image.getWidth();
      Answer webp =
          alice.get(path + "?size=" + size, "Accept", "image/avif, image/webp;q=0.8, */*;q=0.1");
      assertThat(webp.header("Content-Type")).isEqualTo("image/webp");
      assertThat(new String(webp.bytes(), 8, 4, StandardCharsets.ISO_8859_1)).isEqualTo("WEBP");
      assertThat(webp.header("ETag")).isNotEqualTo(jpeg.header("ETag"));
      assertThat(
              alice
                  .get(path + "?size=" + size, "If-None-Match", String.valueOf(jpeg.header("ETag")))
                  .status())
          .isEqualTo(304);
    }
    assertThat(alice.get(path).bytes()).isEqualTo(alice.get(path + "?size=medium").bytes());
    assertThat(alice.get(path, "Accept", "image/webp;q=0").header("Content-Type"))
        .isEqualTo("image/jpeg");
  }

  @Test
  void servesThumbnailsOnlyToThoseWhoMaySeeTheFile() {
    TestCaller alice = server.newTenant();
    String path = path(upload(alice, "plain.png"));
    assertThat(alice.get(path).status()).isEqualTo(200);
    assertThat(alice.colleague().get(path).status()).isEqualTo(404);
    assertThat(server.newTenant().get(path).status()).isEqualTo(404);
    assertThat(server.stranger().get(path).status()).isEqualTo(401);
    assertThat(alice.get(path + "?size=huge").status()).isEqualTo(400);
    Answer none = alice.get(path(upload(alice, "tone.flac")));
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.at("/error/code")).isEqualTo("SW_MEDIA_NO_THUMBNAIL");
  }

  @Test
  void removesColourProfilesFromThumbnails() throws IOException {
    TestCaller alice = server.newTenant();
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(jpeg);
    byte[] plain = Samples.bytes("plain.jpg");
    out.write(plain, 0, 2);
    out.writeShort(0xffe2);
    out.writeShort(2 + 14 + profile.length);
    out.writeBytes("ICC_PROFILE\0\u0001\u0001");
    out.write(profile);
    out.write(plain, 2, plain.length - 2);

    Answer uploaded = upload(alice, "profile.jpg", jpeg.toByteArray());

    for (String encoding : List.of("image/jpeg", "image/webp")) {
      byte[] thumbnail = alice.get(path(uploaded), "Accept", encoding).bytes();
      assertThat(new String(thumbnail, StandardCharsets.ISO_8859_1))
          .doesNotContain("ICC_PROFILE", "ICCP");
    }
  }

  @Test
  void makesNoThumbnailsOfPicturesThatItCannotDecodeCorrectly() throws IOException {
    TestCaller alice = server.newTenant();
    assertThat(upload(alice, "strips.tiff", tiff("LZW", false)).at("/data/thumbnail_id"))
        .isNotNull();
    for (byte[] picture : List.of(tiff("LZW", true), tiff("JPEG", false), tiff("JPEG", true))) {
      Answer uploaded = upload(alice, "odd.tiff", picture);
      assertThat(uploaded.at("/data/width")).isEqualTo("120");
      assertThat(uploaded.at("/data/thumbnail_id")).isNull();
      assertThat(alice.get(path(uploaded)).at("/error/code")).isEqualTo("SW_MEDIA_NO_THUMBNAIL");
    }
  }

  private static byte[] tiff(String compression, boolean tiled) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionType(compression);
      if (tiled) {
        how.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
        how.setTiling(32, 32, 0, 0);
      }
      BufferedImage picture = ImageIO.read(new ByteArrayInputStream(Samples.bytes("plain.jpg")));
      writer.write(null, new IIOImage(picture, null, null), how);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  @Test
  void deletesThumbnailsWithTheLastEntry() {
    try (TestServer own = TestServer.start(Map.of())) {
      TestCaller alice = own.newTenant();
      Answer first = upload(alice, "plain.jpg");
      Answer second = upload(alice, "plain.jpg");
      assertThat(own.storedFiles()).hasSize(2);
      assertThat(second.at("/data/thumbnail_id")).isNotNull();

      alice.delete("/v1/media/" + first.at("/data/media_id"));
      assertThat(alice.get(path(second)).status()).isEqualTo(200);
      alice.delete("/v1/media/" + second.at("/data/media_id"));
      assertThat(own.storedFiles()).isEmpty();
    }
  }

  private static Answer upload(TestCaller caller, String sample) {
    return caller.post("/v1/media/upload", new TestForm().file(Samples.file(sample)));
  }

  private static Answer upload(TestCaller caller, String name, byte[] content) {
    return caller.post("/v1/media/upload", new TestForm().file("file", name, content));
  }

  private static String path(Answer uploaded) {
    return "/v1/media/download/" + uploaded.at("/data/media_id") + "/thumbnail";
  }
}
