package parley.media.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.testing.Fuzz;
import parley.testing.Samples;

class PictureHeaderTest {
  private static PictureHeader read(String sample) throws IOException {
    return PictureHeader.read(Samples.file(sample)).orElseThrow();
  }

  private static SeekableByteChannel channel(byte[] content) {
    return new SeekableInMemoryByteChannel(content);
  }

  @ParameterizedTest
  @CsvSource({
    "plain.jpg, JPEG",
    "plain.png, PNG",
    "plain.gif, GIF",
    "lossy.webp, WEBP",
    "lossless.webp, WEBP",
    "plain.bmp, BMP",
    "plain.tiff, TIFF",
    "plain.heic, HEIC",
    "plain.avif, AVIF"
  })
  void readsTheDimensionsOfEveryFormat(String sample, PictureFormat format) throws IOException {
    PictureHeader header = read(sample);
    assertThat(header.format()).isEqualTo(format);
    assertThat(header.width()).isEqualTo(120);
    assertThat(header.height()).isEqualTo(80);
    assertThat(header.orientation()).isEqualTo(Orientation.UPRIGHT);
    assertThat(header.animated()).isEqualTo(format == PictureFormat.GIF);
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
  void readsWidthAndHeightAsDisplayed(String sample) throws IOException {
    PictureHeader header = read(sample);
    assertThat(header.width()).isEqualTo(64);
    assertThat(header.height()).isEqualTo(48);
    int exif = sample.charAt("orientation-".length()) - '0';
    assertThat(header.orientation()).isEqualTo(Orientation.ofExif(exif));
    assertThat(header.orientation().swapsSides()).isEqualTo(exif >= 5);
  }

  @Test
  void detectsAnimationAndTransparency() throws IOException {
    assertThat(read("animated.webp").animated()).isTrue();
    assertThat(read("animated.webp").width()).isEqualTo(160);
    assertThat(read("transparent.png").transparent()).isTrue();
    assertThat(read("transparent.webp").transparent()).isTrue();
    assertThat(read("plain.png").transparent()).isFalse();
    assertThat(read("lossy.webp").transparent()).isFalse();
  }

  @Test
  void readsTiledPictures() throws IOException {
    assertThat(read("grid.heic").width()).isEqualTo(480);
    assertThat(read("grid.heic").height()).isEqualTo(320);
    HeifHeader items =
        PictureHeader.read(Samples.file("grid.heic"), HeifHeader::read).orElseThrow();
    assertThat(items.columns()).isEqualTo(3);
    assertThat(items.tiles()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain.pdf", "clip.mp4", "tone.wav", "drawing.svg", "notes.txt", "plain.zip"})
  void findsNoPictureInOtherFiles(String sample) throws IOException {
    assertThat(PictureHeader.read(Samples.file(sample))).isEmpty();
  }

  @Test
  void readsHugeDimensionsWithoutAllocatingMemory() throws IOException {
    byte[] png = Samples.bytes("plain.png");
    ByteBuffer.wrap(png).putInt(16, 50_000).putInt(20, 50_000);
    PictureHeader header = PictureHeader.read(channel(png)).orElseThrow();
    assertThat(header.pixels()).isEqualTo(2_500_000_000L);
    ByteBuffer.wrap(png).putInt(16, 0);
    assertThat(PictureHeader.read(channel(png))).isEmpty();
    ByteBuffer.wrap(png).putInt(16, -1);
    assertThat(PictureHeader.read(channel(png))).isEmpty();
  }

  @Test
  void findsTheFrameOfAJpegAfterLargeSegments() throws IOException {
    byte[] jpeg = Samples.bytes("orientation-6.jpg");
    ByteArrayOutputStream large = new ByteArrayOutputStream();
    large.write(jpeg, 0, 2);
    for (int i = 0; i < 100; i++) {
      large.write(new byte[] {(byte) 0xff, (byte) 0xe2, (byte) 0xff, (byte) 0xff});
      large.write(new byte[0xffff - 2]);
    }
    large.write(jpeg, 2, jpeg.length - 2);
    PictureHeader header = PictureHeader.read(channel(large.toByteArray())).orElseThrow();
    assertThat(header.width()).isEqualTo(64);
  }

  @Test
  void findsNoPictureInATruncatedHeader() throws IOException {
    for (String sample : List.of("plain.jpg", "plain.heic", "lossy.webp", "plain.bmp")) {
      byte[] whole = Samples.bytes(sample);
      for (int length = 0; length < 12; length++) {
        assertThat(PictureHeader.read(channel(Arrays.copyOf(whole, length)))).isEmpty();
      }
    }
  }

  @Test
  void composesRotationsAndReflections() {
    Orientation upright = Orientation.UPRIGHT;
    assertThat(upright.turnedRight(1)).isEqualTo(Orientation.TURNED_RIGHT);
    assertThat(upright.turnedRight(-1)).isEqualTo(Orientation.TURNED_LEFT);
    assertThat(upright.turnedRight(1).mirrored()).isEqualTo(Orientation.ofExif(5));
    assertThat(upright.mirrored().turnedRight(1)).isEqualTo(Orientation.ofExif(7));
    assertThat(upright.turnedRight(2).mirrored()).isEqualTo(Orientation.ofExif(4));
    for (Orientation any : Orientation.values()) {
      assertThat(any.turnedRight(4)).isEqualTo(any);
      assertThat(any.mirrored().mirrored()).isEqualTo(any);
      assertThat(any.mirrored().turnedRight(1)).isEqualTo(any.turnedRight(-1).mirrored());
    }
    assertThat(Orientation.ofExif(0)).isEqualTo(upright);
    assertThat(Orientation.ofExif(9)).isEqualTo(upright);
  }

  @Test
  void handlesDamagedPicturesWithinLimits() {
    List<byte[]> pictures =
        Samples.names().stream()
            .filter(name -> name.matches(".*\\.(jpg|png|gif|webp|bmp|tiff|heic|avif)"))
            .map(Samples::bytes)
            .toList();
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Fuzz.repeat(
        5_000,
        random -> {
          byte[] file = pictures.get(random.nextInt(pictures.size())).clone();
          file = Arrays.copyOf(file, 1 + random.nextInt(file.length));
          for (int i = random.nextInt(12); i > 0; i--) {
            int at = random.nextInt(random.nextBoolean() ? file.length : Math.min(64, file.length));
            file[at] = (byte) (random.nextBoolean() ? 0xff : random.nextInt(256));
          }
          long before = threads.getCurrentThreadAllocatedBytes();
          long start = System.nanoTime();
          PictureHeader.read(channel(file))
              .ifPresent(header -> {
                assertThat(header.width()).isPositive();
                assertThat(header.height()).isPositive();
              });
          assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8 << 20);
          assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
        });
  }

  @Test
  void readsOnlyALittleOfALargeFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("large.tiff");
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(new byte[] {'M', 'M', 0, 43, 0, 8, 0, 0, 0, 0, 0, 0}));
      channel.write(ByteBuffer.wrap(new byte[] {0x40, 0, 0, 0}));
      channel.position(3L << 30).write(ByteBuffer.wrap(new byte[1]));
    }
    long start = System.nanoTime();
    assertThat(PictureHeader.read(file)).isEmpty();
    assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
  }
}
