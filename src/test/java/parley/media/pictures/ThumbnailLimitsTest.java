package parley.media.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import parley.ffmpeg.DecoderUnavailable;
import parley.ffmpeg.Ffmpeg;
import parley.testing.Fuzz;
import parley.testing.Samples;

/// Files that are broken, damaged, or crafted to be slow or large.
class ThumbnailLimitsTest extends WithThumbnails {
  @Test
  void doesNotInflateTextsOrProfiles() throws IOException {
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
  void holdsNoLargeFrameInMemory() throws IOException {
    byte[] webp = Samples.bytes("animated.webp");
    int frame = new String(webp, StandardCharsets.ISO_8859_1).indexOf("ANMF");
    int length = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN).getInt(frame + 4);
    int end = frame + 8 + length;
    byte[] filler = new byte[30 << 20];
    ByteBuffer large =
        ByteBuffer.allocate(webp.length + 8 + filler.length).order(ByteOrder.LITTLE_ENDIAN);
    large.put(webp, 0, end).put("junk".getBytes(StandardCharsets.US_ASCII));
    large.putInt(filler.length).put(filler).put(webp, end, webp.length - end);
    large.putInt(4, large.capacity() - 8).putInt(frame + 4, length + 8 + filler.length);
    Path file = Files.write(folder.resolve("large.webp"), large.array());
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    long before = threads.getCurrentThreadAllocatedBytes();
    List<Thumbnail> made = thumbnails.ofPicture(file).thumbnails();
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10 << 20);
    assertWhole(made);
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

  /// A few bytes per scan of a progressive JPEG state that no block changes, and a decoder walks
  /// through all blocks for each scan.
  @Test
  void stopsDecodingAJpegWithTooManyScans() throws IOException {
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    int side = 15_000;
    jpeg.writeBytes(bytes("ffd8 ffdb0043 00"));
    jpeg.writeBytes(bytes("01".repeat(64)));
    jpeg.writeBytes(bytes("ffc2000b 08 %04x %04x 01 011100".formatted(side, side)));
    // One code of one bit: a run of at least 16,384 blocks, and fourteen bits for the rest.
    jpeg.writeBytes(bytes("ffc40014 10 01" + "00".repeat(15) + "e0"));
    int runs = side / 8 * (side / 8) / 16_384 + 1;
    byte[] scan = bytes("ffda0008 01 0100 013f00" + "00".repeat(runs * 15 / 8 + 1));
    for (int i = 0; i < 4_000; i++) {
      jpeg.writeBytes(scan);
    }
    jpeg.writeBytes(bytes("ffd9"));
    Path file = Files.write(folder.resolve("bomb.jpg"), jpeg.toByteArray());
    assertThat(PictureHeader.read(file).orElseThrow().width()).isEqualTo(side);
    Thumbnails hasty =
        new Thumbnails(PROGRAMS, folder.resolve("scratch"), PictureLimits.shortTry());

    long began = System.nanoTime();
    assertThatThrownBy(() -> hasty.ofPicture(file)).isInstanceOf(DecoderUnavailable.class);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @Test
  void makesNoThumbnailOfABrokenPicture() throws IOException {
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

  @Test
  void killsADecoderThatTakesTooLong() throws IOException {
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
