package parley.media.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.ffmpeg.DecoderUnavailable;
import parley.ffmpeg.Ffmpeg;
import parley.testing.Fuzz;
import parley.testing.Programs;
import parley.testing.Samples;

class ThumbnailsTest {
  private static final Ffmpeg PROGRAMS = Programs.media();

  @TempDir Path folder;
  private Thumbnails thumbnails = new Thumbnails(PROGRAMS, Path.of(""), PictureLimits.standard());

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

  private List<Thumbnail> of(String sample) throws IOException {
    return thumbnails.ofPicture(Samples.file(sample)).thumbnails();
  }

  private List<Thumbnail> ofVideo(String sample) throws IOException {
    Path file = Samples.file(sample);
    MediaProbe.Found found =
        new MediaProbe(PROGRAMS, PictureLimits.standard()).look(file).orElseThrow();
    return thumbnails.ofVideo(file, found).thumbnails();
  }

  private static Thumbnail one(
      List<Thumbnail> made, Thumbnail.Size size, Thumbnail.Encoding encoding) {
    return made.stream()
        .filter(thumbnail -> thumbnail.size() == size && thumbnail.encoding() == encoding)
        .findFirst()
        .orElseThrow();
  }

  /// Six files of the dimensions they claim, in the encodings they claim.
  private static void assertWhole(List<Thumbnail> made) throws IOException {
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

  private static BufferedImage decoded(List<Thumbnail> made) throws IOException {
    Thumbnail jpeg = one(made, Thumbnail.Size.LARGE, Thumbnail.Encoding.JPEG);
    return ImageIO.read(new ByteArrayInputStream(jpeg.content()));
  }

  private static void assertColour(BufferedImage picture, int x, int y, int expected) {
    int actual = picture.getRGB(x, y);
    for (int shift = 0; shift <= 16; shift += 8) {
      assertThat(actual >> shift & 0xff)
          .as("pixel %d,%d is %06x, expected %06x", x, y, actual & 0xffffff, expected)
          .isCloseTo(expected >> shift & 0xff, Offset.offset(24));
    }
  }

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
        "grid.heic",
        "transparent.png",
        "transparent.webp"
      })
  void makesThreeSizesInTwoEncodingsOfEveryFormat(String sample) throws IOException {
    List<Thumbnail> made = of(sample);
    assertWhole(made);
    PictureHeader header = PictureHeader.read(Samples.file(sample)).orElseThrow();
    // All samples are smaller than the largest box, and nothing is enlarged.
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
  void turnsPicturesUprightAndKeepsTheirColours(String sample) throws IOException {
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
  void putsTransparentPicturesOnWhiteWhereTheEncodingHasNoTransparency() throws IOException {
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
  void putsTilesTogetherInTheirOrder() throws IOException {
    // The sample is one picture cut in six: seams would show as jumps between neighbours.
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

  /// One scene of four bars, in ranges and colours of all kinds.
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
  void showsOneSceneAlikeHoweverItWasRecorded(String sample) throws IOException {
    BufferedImage picture = decoded(sample.endsWith(".mp4") ? ofVideo(sample) : of(sample));
    assertColour(picture, 20, 60, 0xcccccc);
    assertColour(picture, 60, 60, 0xcccc00);
    assertColour(picture, 100, 60, 0xcc0000);
    assertColour(picture, 140, 60, 0x0000cc);
  }

  /// Of a canvas of 120 × 80, where the first frame has 50 × 20 pixels.
  @ParameterizedTest
  @ValueSource(strings = {"part.webp", "part.gif", "part.png"})
  void showsTheCanvasAndTheFirstFrameInItsPlace(String sample) throws IOException {
    BufferedImage picture = decoded(of(sample));
    assertThat(picture.getWidth()).isEqualTo(120);
    assertThat(picture.getHeight()).isEqualTo(80);
    assertColour(picture, 20, 20, 0xffffff);
    assertColour(picture, 85, 50, 0xff0000);
    assertColour(picture, 115, 70, 0xffffff);
  }

  @Test
  void takesTheFirstFramesSizeForAScreenOfNone() throws IOException {
    PictureHeader header = PictureHeader.read(Samples.file("no-screen.gif")).orElseThrow();
    assertThat(header.width()).isEqualTo(160);
    assertThat(header.height()).isEqualTo(120);
    assertColour(decoded(of("no-screen.gif")), 100, 60, 0xcc0000);
  }

  @Test
  void inflatesNoTextsNorProfiles() throws IOException {
    byte[] plain = Samples.bytes("plain.png");
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
      byte[] much = new byte[1 << 20];
      for (int i = 0; i < 150; i++) {
        out.write(much);
      }
    }
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(plain, 0, 33);
    for (int i = 0; i < 20; i++) {
      chunk(bomb, "zTXt", "a\0\0", deflated.toByteArray());
      chunk(bomb, "iTXt", "a\0\1\0\0\0", deflated.toByteArray());
      chunk(bomb, "iCCP", "a\0\0", deflated.toByteArray());
    }
    bomb.write(plain, 33, plain.length - 33);
    Path file = Files.write(folder.resolve("bomb.png"), bomb.toByteArray());
    Thumbnails hasty =
        new Thumbnails(PROGRAMS, folder.resolve("scratch"), PictureLimits.shortTry());

    assertWhole(hasty.ofPicture(file).thumbnails());
  }

  private static void chunk(ByteArrayOutputStream png, String name, String start, byte[] content)
      throws IOException {
    byte[] bytes = (name + start).getBytes(StandardCharsets.ISO_8859_1);
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    checksum.update(content);
    png.write(ByteBuffer.allocate(4).putInt(bytes.length - 4 + content.length).array());
    png.write(bytes);
    png.write(content);
    png.write(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
  }

  @Test
  void decodesNothingOfAPictureWithTooManyPixels() throws IOException {
    byte[] png = Samples.bytes("plain.png");
    ByteBuffer.wrap(png).putInt(16, 50_000).putInt(20, 50_000);
    Path huge = Files.write(folder.resolve("huge.png"), png);
    Ffmpeg none = Ffmpeg.installed(Path.of("/nonexistent"), Path.of("/nonexistent"), "nowhere");
    Thumbnails idle = new Thumbnails(none, folder.resolve("scratch"), PictureLimits.standard());
    assertThat(idle.ofPicture(huge).reason()).isEqualTo(NoThumbnail.TOO_MANY_PIXELS);
  }

  @Test
  void givesNoThumbnailOfABrokenPicture() throws IOException {
    for (String sample : List.of("plain.jpg", "plain.png", "lossy.webp", "grid.heic")) {
      byte[] whole = Samples.bytes(sample);
      byte[] zeroed = Arrays.copyOf(Arrays.copyOf(whole, whole.length / 4), whole.length);
      Path broken = Files.write(folder.resolve("broken"), zeroed);
      List<Thumbnail> made = thumbnails.ofPicture(broken).thumbnails();
      if (!made.isEmpty()) {
        assertWhole(made);
      }
    }
    byte[] jpeg = Samples.bytes("plain.jpg");
    Path header = Files.write(folder.resolve("a.jpg"), Arrays.copyOf(jpeg, 313));
    assertThat(PictureHeader.read(header)).isPresent();
    assertThat(thumbnails.ofPicture(header).reason()).isEqualTo(NoThumbnail.BROKEN);
    assertThat(of("plain.pdf")).isEmpty();
    assertThat(ofVideo("tone.wav")).isEmpty();
    assertThat(ofVideo("cover.mp3")).isEmpty();
  }

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
  void takesAFrameOfEveryVideo(String sample) throws IOException {
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
  void looksForAFrameThatIsNotBlack() throws IOException {
    List<Thumbnail> made = ofVideo("begins-black.mp4");
    assertThat(brightness(decoded(made))).isGreaterThan(60);
    List<Thumbnail> black = ofVideo("all-black.mp4");
    assertWhole(black);
    assertThat(brightness(decoded(black))).isLessThan(10);
  }

  @Test
  void turnsAndStretchesVideosAsPlayersDo() throws IOException {
    Thumbnail turned = one(ofVideo("turned.mp4"), Thumbnail.Size.LARGE, Thumbnail.Encoding.JPEG);
    assertThat(turned.width()).isEqualTo(120);
    assertThat(turned.height()).isEqualTo(160);
    Thumbnail wide = one(ofVideo("wide-pixels.mp4"), Thumbnail.Size.LARGE, Thumbnail.Encoding.JPEG);
    assertThat(wide.width()).isEqualTo(240);
    assertThat(wide.height()).isEqualTo(120);
  }

  @Test
  void endsAChildThatTakesTooLong() throws IOException {
    PictureLimits standard = PictureLimits.standard();
    PictureLimits hasty =
        new PictureLimits(
            standard.processorTime(),
            Duration.ofMillis(1),
            standard.memoryBytes(),
            standard.maxPixels(),
            standard.maxJpegPixels(),
            true);
    Path endless = Files.writeString(folder.resolve("endless"), "#!/bin/sh\nexec sleep 1000\n");
    assertThat(endless.toFile().setExecutable(true)).isTrue();
    long start = System.nanoTime();
    Thumbnails waiting =
        new Thumbnails(
            Ffmpeg.installed(endless, endless, "a test"), folder.resolve("scratch"), hasty);
    assertThatThrownBy(() -> waiting.ofPicture(Samples.file("plain.jpg")))
        .isInstanceOf(DecoderUnavailable.class);
    assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
  }

  @Test
  void removesWhatACrashLeft() throws IOException {
    Path left = Files.createDirectories(folder.resolve("scratch/thumbnails-123"));
    Files.writeString(left.resolve("800.webp"), "x");
    Thumbnails.clear(folder.resolve("scratch"));
    assertThat(left).doesNotExist();
  }

  @Test
  void worksForManyCallersAtOnce() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Thumbnail>>> made =
          Stream.generate(() -> callers.submit(() -> of("plain.png"))).limit(8).toList();
      for (Future<List<Thumbnail>> one : made) {
        assertWhole(one.get());
      }
    }
  }

  @Test
  void survivesDamagedPictures() {
    List<String> pictures =
        Samples.names().stream()
            .filter(name -> name.matches(".*\\.(jpg|png|gif|webp|bmp|tiff|heic|avif)"))
            .toList();
    Fuzz.repeat(
        40,
        random -> {
          byte[] file = Samples.bytes(pictures.get(random.nextInt(pictures.size())));
          for (int i = 1 + random.nextInt(8); i > 0; i--) {
            file[random.nextInt(file.length)] = (byte) random.nextInt(256);
          }
          Path damaged = Files.write(folder.resolve("damaged"), file);
          List<Thumbnail> made = thumbnails.ofPicture(damaged).thumbnails();
          if (!made.isEmpty()) {
            assertWhole(made);
          }
        });
  }
}
