package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.OnBothStores;
import parley.testing.Samples;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

/// What an upload tells of pictures and recordings, and the thumbnails that are made with it.
@Tag("server")
@OnBothStores
class ThumbnailRoutesTest {
  private final TestServer server = TestServer.shared();

  @Test
  void tellsWhatPicturesAndRecordingsMeasure() throws IOException {
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
  void turnsPicturesAsTheyAreDisplayed() {
    TestCaller alice = server.newTenant();
    Answer upright = upload(alice, "orientation-1.jpg");
    Answer turned = upload(alice, "orientation-6.jpg");
    assertThat(turned.at("/data/width")).isEqualTo(upright.at("/data/width"));
    assertThat(turned.at("/data/height")).isEqualTo(upright.at("/data/height"));
  }

  @Test
  void givesThumbnailsInThreeSizesAndTwoEncodings() throws IOException {
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
  void givesNoThumbnailToThoseWhoMayNotSeeTheFileNorOfWhatHasNone() {
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
  void erasesThumbnailsWithTheLastEntryThatShowsThem() {
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

  private static String path(Answer uploaded) {
    return "/v1/media/download/" + uploaded.at("/data/media_id") + "/thumbnail";
  }
}
