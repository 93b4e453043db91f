package parley.media.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VideoThumbnailsTest extends WithThumbnails {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "clip.mp4",
        "clip-index-at-end.mp4",
        "clip-fragmented.mp4",
        "clip.mov",
        "clip.webm",
        "live.webm",
        "clip.mkv",
        "clip.ogv",
        "clip.avi",
        "clip.wmv",
        "clip.flv",
        "clip.mpg",
        "clip.ts",
        "clip.3gp"
      })
  void makesThumbnailsOfEveryVideoFormat(String sample) throws IOException {
    List<Thumbnail> made = ofVideo(sample);
    assertWhole(made);
    assertThat(one(made, Thumbnail.Size.MEDIUM, Thumbnail.Encoding.WEBP).width()).isEqualTo(160);
  }

  private static double brightness(BufferedImage picture) {
    long sum = 0;
    for (int x = 0; x < picture.getWidth(); x++) {
      for (int y = 0; y < picture.getHeight(); y++) {
        sum += picture.getRGB(x, y) >> 8 & 0xff;
      }
    }
    return (double) sum / picture.getWidth() / picture.getHeight();
  }

  @Test
  void choosesAFrameThatIsNotBlack() throws IOException {
    List<Thumbnail> made = ofVideo("begins-black.mp4");
    assertThat(brightness(decoded(made))).isGreaterThan(60);
    List<Thumbnail> black = ofVideo("all-black.mp4");
    assertWhole(black);
    assertThat(brightness(decoded(black))).isLessThan(10);
  }

  @Test
  void rotatesAndStretchesVideosAsPlayersDo() throws IOException {
    Thumbnail turned = one(ofVideo("turned.mp4"), Thumbnail.Size.LARGE, Thumbnail.Encoding.JPEG);
    assertThat(turned.width()).isEqualTo(120);
    assertThat(turned.height()).isEqualTo(160);
    Thumbnail wide = one(ofVideo("wide-pixels.mp4"), Thumbnail.Size.LARGE, Thumbnail.Encoding.JPEG);
    assertThat(wide.width()).isEqualTo(240);
    assertThat(wide.height()).isEqualTo(120);
  }
}
