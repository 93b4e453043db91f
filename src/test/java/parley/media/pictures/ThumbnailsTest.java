package parley.media.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.testing.Samples;

class ThumbnailsTest extends WithThumbnails {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.jpg",
        "plain.png",
        "plain.gif",
        "animated.gif",
        "lossy.webp",
        "lossless.webp",
        "animated.webp",
        "plain.bmp",
        "plain.tiff",
        "plain.heic",
        "plain.avif",
        "sequence.avif",
        "grid.heic",
        "transparent.png",
        "transparent.webp"
      })
  void makesThreeSizesInTwoEncodingsOfEveryFormat(String sample) throws IOException {
    List<Thumbnail> made = of(sample);
    assertWhole(made);
    PictureHeader header = PictureHeader.read(Samples.file(sample)).orElseThrow();
    // All samples are smaller than the largest box and must not be enlarged.
    Thumbnail large = one(made, Thumbnail.Size.LARGE, Thumbnail.Encoding.WEBP);
    assertThat(large.width()).isEqualTo(header.width());
    assertThat(large.height()).isEqualTo(header.height());
    Thumbnail small = one(made, Thumbnail.Size.SMALL, Thumbnail.Encoding.WEBP);
    assertThat(Math.max(small.width(), small.height())).isEqualTo(96);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orientation-1.jpg",
        "orientation-2.jpg",
        "orientation-3.jpg",
        "orientation-4.jpg",
        "orientation-5.jpg",
        "orientation-6.jpg",
        "orientation-7.jpg",
        "orientation-8.jpg",
        "orientation-6.png",
        "orientation-6.webp",
        "orientation-6.tiff",
        "orientation-2.heic",
        "orientation-6.heic",
        "orientation-7.heic"
      })
  void rotatesPicturesUprightAndKeepsTheirColours(String sample) throws IOException {
    List<Thumbnail> made = of(sample);
    assertWhole(made);
    BufferedImage picture = decoded(made);
    assertThat(picture.getWidth()).isEqualTo(64);
    assertThat(picture.getHeight()).isEqualTo(48);
    assertColour(picture, 10, 10, 0xff0000);
    assertColour(picture, 54, 10, 0x00ff00);
    assertColour(picture, 10, 38, 0x0000ff);
    assertColour(picture, 54, 38, 0xffffff);
  }

  @Test
  void stripsAllMetadata() throws IOException {
    String original = new String(Samples.bytes("orientation-6.jpg"), StandardCharsets.ISO_8859_1);
    assertThat(original).contains("Exif", "Somebody");
    for (Thumbnail thumbnail : of("orientation-6.jpg")) {
      assertThat(new String(thumbnail.content(), StandardCharsets.ISO_8859_1))
          .doesNotContain("Exif", "EXIF", "Somebody", "Lavc", "ICC", "http");
    }
  }

  @Test
  void putsTransparentPicturesOnWhiteInJpegs() throws IOException {
    for (String sample : List.of("transparent.png", "transparent.webp")) {
      List<Thumbnail> made = of(sample);
      BufferedImage picture = decoded(made);
      assertColour(picture, 3, 3, 0xffffff);
      assertColour(picture, 50, 50, 0xff0000);
      Thumbnail webp = one(made, Thumbnail.Size.LARGE, Thumbnail.Encoding.WEBP);
      assertThat(
              PictureHeader.read(new SeekableInMemoryByteChannel(webp.content()))
                  .orElseThrow()
                  .transparent())
          .isTrue();
    }
  }

  @Test
  void assemblesTilesInOrder() throws IOException {
    // The sample is a picture in six tiles: seams would show as differences between neighbours.
    BufferedImage picture = decoded(of("grid.heic"));
    for (int seam : new int[] {160, 320}) {
      long jump = 0;
      for (int y = 0; y < 320; y += 4) {
        int left = picture.getRGB(seam - 1, y);
        int right = picture.getRGB(seam, y);
        jump += Math.abs((left >> 8 & 0xff) - (right >> 8 & 0xff));
      }
      assertThat(jump / 80).isLessThan(30);
    }
  }

  @Test
  void scalesLargePicturesIntoTheThreeBoxes() throws IOException {
    Path large = folder.resolve("large.jpg");
    BufferedImage picture = new BufferedImage(3001, 2000, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 3001; x++) {
      for (int y = 0; y < 2000; y++) {
        picture.setRGB(x, y, x < 1500 ? 0x2040e0 : 0xe0c020);
      }
    }
    ImageIO.write(picture, "jpg", large.toFile());
    List<Thumbnail> made = thumbnails.ofPicture(large).thumbnails();
    assertWhole(made);
    for (Thumbnail thumbnail : made) {
      assertThat(thumbnail.width()).isEqualTo(thumbnail.size().box());
      assertThat(thumbnail.height()).isEqualTo(Math.round(thumbnail.size().box() * 2000 / 3001f));
    }
    assertColour(decoded(made), 100, 100, 0x2040e0);
    assertColour(decoded(made), 700, 400, 0xe0c020);
  }

  /// A scene of four bars in various dynamic ranges and colour spaces.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bars.png",
        "pq.png",
        "pq.avif",
        "pq.mp4",
        "hlg.mp4",
        "cmyk.jpg",
        "cmyk.tiff",
        "float.tiff"
      })
  void showsASceneTheSameInEveryDynamicRange(String sample) throws IOException {
    BufferedImage picture = decoded(sample.endsWith(".mp4") ? ofVideo(sample) : of(sample));
    assertColour(picture, 20, 60, 0xcccccc);
    assertColour(picture, 60, 60, 0xcccc00);
    assertColour(picture, 100, 60, 0xcc0000);
    assertColour(picture, 140, 60, 0x0000cc);
  }

  /// On a canvas of 120 × 80, the first frame has 50 × 20 pixels.
  @ParameterizedTest
  @ValueSource(strings = {"part.webp", "part.gif", "part.png"})
  void showsTheFirstFrameAtItsPositionOnTheCanvas(String sample) throws IOException {
    BufferedImage picture = decoded(of(sample));
    assertThat(picture.getWidth()).isEqualTo(120);
    assertThat(picture.getHeight()).isEqualTo(80);
    assertColour(picture, 20, 20, 0xffffff);
    assertColour(picture, 85, 50, 0xff0000);
    assertColour(picture, 115, 70, 0xffffff);
  }

  @Test
  void usesTheFirstFramesSizeIfTheLogicalScreenIsEmpty() throws IOException {
    PictureHeader header = PictureHeader.read(Samples.file("no-screen.gif")).orElseThrow();
    assertThat(header.width()).isEqualTo(160);
    assertThat(header.height()).isEqualTo(120);
    assertColour(decoded(of("no-screen.gif")), 100, 60, 0xcc0000);
  }

  @Test
  void removesLeftoversOfACrash() throws IOException {
    Path left = Files.createDirectories(folder.resolve("scratch/thumbnails-123"));
    Files.writeString(left.resolve("800.webp"), "x");
    Thumbnails.clear(folder.resolve("scratch"));
    assertThat(left).doesNotExist();
  }

  @Test
  void isThreadSafe() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Thumbnail>>> made =
          Stream.generate(() -> callers.submit(() -> of("plain.png"))).limit(8).toList();
      for (Future<List<Thumbnail>> one : made) {
        assertWhole(one.get());
      }
    }
  }
}
