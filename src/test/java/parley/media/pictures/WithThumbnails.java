package parley.media.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import parley.ffmpeg.Ffmpeg;
import parley.testing.Programs;
import parley.testing.Samples;

/// Makes thumbnails in a scratch folder and inspects them.
abstract class WithThumbnails {
  static final Ffmpeg PROGRAMS = Programs.media();

  @TempDir Path folder;
  Thumbnails thumbnails = new Thumbnails(PROGRAMS, Path.of(""), PictureLimits.standard());

  @BeforeEach
  void start() throws IOException {
    thumbnails = new Thumbnails(PROGRAMS, folder.resolve("scratch"), PictureLimits.standard());
    Thumbnails.clear(folder.resolve("scratch"));
  }

  @AfterEach
  void leavesNothingInTheScratchFolder() throws IOException {
    try (Stream<Path> left = Files.list(folder.resolve("scratch"))) {
      assertThat(left).isEmpty();
    }
  }

  final List<Thumbnail> of(String sample) throws IOException {
    return thumbnails.ofPicture(Samples.file(sample)).thumbnails();
  }

  final List<Thumbnail> ofVideo(String sample) throws IOException {
    Path file = Samples.file(sample);
    MediaProbe.Found found =
        new MediaProbe(PROGRAMS, PictureLimits.standard()).look(file).orElseThrow();
    return thumbnails.ofVideo(file, found).thumbnails();
  }

  static Thumbnail one(List<Thumbnail> made, Thumbnail.Size size, Thumbnail.Encoding encoding) {
    return made.stream()
        .filter(thumbnail -> thumbnail.size() == size && thumbnail.encoding() == encoding)
        .findFirst()
        .orElseThrow();
  }

  /// Checks that there are six files with the claimed dimensions and encodings.
  static void assertWhole(List<Thumbnail> made) throws IOException {
    assertThat(made).hasSize(6);
    for (Thumbnail thumbnail : made) {
      PictureHeader header =
          PictureHeader.read(new SeekableInMemoryByteChannel(thumbnail.content())).orElseThrow();
      assertThat(header.width()).isEqualTo(thumbnail.width());
      assertThat(header.height()).isEqualTo(thumbnail.height());
      assertThat(header.format().name()).isEqualTo(thumbnail.encoding().name());
      assertThat(thumbnail.width()).isLessThanOrEqualTo(thumbnail.size().box());
      assertThat(thumbnail.height()).isLessThanOrEqualTo(thumbnail.size().box());
    }
  }

  static BufferedImage decoded(List<Thumbnail> made) throws IOException {
    Thumbnail jpeg = one(made, Thumbnail.Size.LARGE, Thumbnail.Encoding.JPEG);
    return ImageIO.read(new ByteArrayInputStream(jpeg.content()));
  }

  static void assertColour(BufferedImage picture, int x, int y, int expected) {
    int actual = picture.getRGB(x, y);
    for (int shift = 0; shift <= 16; shift += 8) {
      assertThat(actual >> shift & 0xff)
          .as("pixel %d,%d is %06x, expected %06x", x, y, actual & 0xffffff, expected)
          .isCloseTo(expected >> shift & 0xff, Offset.offset(24));
    }
  }
}
