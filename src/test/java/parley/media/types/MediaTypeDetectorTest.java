package parley.media.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.media.bytes.FileBytes;
import parley.testing.Fuzz;
import parley.testing.Samples;

class MediaTypeDetectorTest {
  private static String type(byte[] head) {
    FileBytes file =
        (offset, length) ->
            Arrays.copyOfRange(
                head,
                (int) Math.min(offset, head.length),
                (int) Math.min(offset + length, head.length));
    try {
      return MediaTypeDetector.detect(file, null).value();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String type(String text) {
    return type(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String named(String text, @Nullable String fileName) {
    return MediaTypeDetector.detect(text.getBytes(StandardCharsets.UTF_8), fileName).value();
  }

  private static byte[] joined(byte[]... pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "plain.jpg, image/jpeg",
    "plain.png, image/png",
    "plain.gif, image/gif",
    "animated.gif, image/gif",
    "lossy.webp, image/webp",
    "lossless.webp, image/webp",
    "animated.webp, image/webp",
    "plain.bmp, image/bmp",
    "plain.tiff, image/tiff",
    "plain.heic, image/heic",
    "plain.avif, image/avif",
    "drawing.svg, image/svg+xml",
    "plain.pdf, application/pdf",
    "page.html, text/html",
    "feed.xml, application/xml",
    "notes.txt, text/plain",
    "plain.zip, application/zip",
    "document.docx, application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "sheet.xlsx, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "slides.pptx, application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "document.odt, application/vnd.oasis.opendocument.text",
    "tone.wav, audio/wav",
    "tone-id3.mp3, audio/mpeg",
    "tone-bare.mp3, audio/mpeg",
    "tone-mpeg1.mp3, audio/mpeg",
    "tone.mp2, audio/mpeg",
    "tone.flac, audio/flac",
    "tone-flac.oga, audio/ogg",
    "tone.ogg, audio/ogg",
    "tone.opus, audio/ogg",
    "tone.m4a, audio/mp4",
    "tone-isom.mp4, audio/mp4",
    "tone.aac, audio/aac",
    "tone.aiff, audio/aiff",
    "tone.wma, audio/x-ms-wma",
    "tone.webm, audio/webm",
    "tone.mka, audio/x-matroska",
    "tone.amr, audio/amr",
    "tone.au, audio/basic",
    "tone.caf, audio/x-caf",
    "clip.mp4, video/mp4",
    "clip-index-at-end.mp4, video/mp4",
    "clip-fragmented.mp4, video/mp4",
    "clip.mov, video/quicktime",
    "clip.webm, video/webm",
    "clip.mkv, video/x-matroska",
    "clip.ogv, video/ogg",
    "clip.avi, video/x-msvideo",
    "clip.wmv, video/x-ms-wmv",
    "clip.flv, video/x-flv",
    "clip.mpg, video/mpeg",
    "clip.ts, video/mp2t",
    "clip.3gp, video/3gpp"
  })
  void detectsTheTypeOfRealFiles(String file, String expected) {
    assertThat(type(Samples.bytes(file))).isEqualTo(expected);
    assertThat(MediaTypeDetector.detect(Samples.bytes(file), "misleading.html").value())
        .isEqualTo(expected);
    assertThat(MediaTypeDetector.detect(Samples.bytes(file), "misleading.jpg").value())
        .isEqualTo(expected);
  }

  @Test
  void detectsTextInEveryEncoding() {
    assertThat(type("plain")).isEqualTo("text/plain");
    assertThat(type("\uFEFFplain")).isEqualTo("text/plain");
    assertThat(type("größer".getBytes(Charset.forName("windows-1252")))).isEqualTo("text/plain");
    assertThat(type("\uFEFFplain ü".getBytes(StandardCharsets.UTF_16LE))).isEqualTo("text/plain");
    assertThat(type("a\tb\r\n\u001b[0m")).isEqualTo("text/plain");
    byte[] cut = "ü".repeat(100).getBytes(StandardCharsets.UTF_8);
    assertThat(type(Arrays.copyOf(cut, 199))).isEqualTo("text/plain");
    assertThat(type("with\u0000zero")).isNotEqualTo("text/plain");
  }

  @Test
  void detectsDisguisedMarkup() {
    for (String page :
        List.of(
            "<html>",
            "\n\t <HTML lang=x>",
            "<!DocType  HTML public>",
            "<!-- x --><script>",
            "\uFEFF<body onload=x>",
            "<!-- never closed",
            "<iframe src=x>",
            "<p>",
            "<a href=x>")) {
      assertThat(type(page)).as(page).isEqualTo("text/html");
    }
    for (String drawing :
        List.of(
            "<svg>",
            "<SVG/onload=alert(1)>",
            "<?xml version='1.0'?><svg:svg xmlns:svg='x'>",
            "<!-- a --> <svg>",
            "<?xml version='1.0'?><!DOCTYPE svg PUBLIC 'a' 'b'><svg>",
            "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b>c'>]><svg>")) {
      assertThat(type(drawing)).as(drawing).isEqualTo("image/svg+xml");
    }
    assertThat(type("<?xml version='1.0'?><html xmlns='x'>")).isEqualTo("application/xhtml+xml");
    assertThat(type("<?xml version='1.0'?><!DOCTYPE html><html>"))
        .isEqualTo("application/xhtml+xml");
    assertThat(type("<?xml version='1.0'?><note/>")).isEqualTo("application/xml");
    assertThat(type("<?xml")).isEqualTo("application/xml");
    assertThat(type("<3 you")).isEqualTo("text/plain");
    assertThat(type("a < b")).isEqualTo("text/plain");
  }

  @Test
  void usesTheFileNameOnlyToChooseAmongHarmlessTextTypes() {
    assertThat(named("a,b\n1,2\n", "t.CSV")).isEqualTo("text/csv");
    assertThat(named("# Title", "readme.md")).isEqualTo("text/markdown");
    assertThat(named("{\"a\": 1}", "a.json")).isEqualTo("application/json");
    assertThat(named("nothing like it", "a.json")).isEqualTo("text/plain");
    assertThat(named("plain", "page.html")).isEqualTo("text/plain");
    assertThat(named("plain", "drawing.svg")).isEqualTo("text/plain");
    assertThat(named("plain", "song.mp3")).isEqualTo("text/plain");
    assertThat(named("WEBVTT\n\n", "captions.txt")).isEqualTo("text/vtt");
    assertThat(named("<script>alert(1)</script>", "notes.txt")).isEqualTo("text/html");
    assertThat(named("plain", null)).isEqualTo("text/plain");
  }

  @Test
  void detectsAudioAfterTagsAndPadding() {
    byte[] tag = {'I', 'D', '3', 4, 0, 0, 0, 0, 0, 3, 'x', 'y', 'z'};
    assertThat(type(joined(tag, Samples.bytes("tone.flac")))).isEqualTo("audio/flac");
    assertThat(type(joined(tag, Samples.bytes("tone.aac")))).isEqualTo("audio/aac");
    assertThat(type(joined(tag, Samples.bytes("tone-bare.mp3")))).isEqualTo("audio/mpeg");
    assertThat(type(joined(new byte[500], Samples.bytes("tone-bare.mp3")))).isEqualTo("audio/mpeg");
    byte[] largeTag = {'I', 'D', '3', 3, 0, 0, 1, 0, 0, 0, 'x'};
    assertThat(type(largeTag)).isEqualTo("audio/mpeg");
  }

  @Test
  void neverConfusesAudioAndVideoBecauseOfTheFileName() throws IOException {
    for (String name : new String[] {"a.m4a", "a.mp4", "a.m4b", "blob"}) {
      assertThat(MediaTypeDetector.detect(Samples.bytes("tone-isom.mp4"), name).value())
          .isEqualTo("audio/mp4");
      assertThat(MediaTypeDetector.detect(Samples.bytes("clip.mp4"), name).value())
          .isEqualTo("video/mp4");
    }
    byte[] film = Samples.bytes("clip.mp4");
    System.arraycopy("M4A ".getBytes(StandardCharsets.US_ASCII), 0, film, 8, 4);
    assertThat(type(film)).as("whatever brand").isEqualTo("video/mp4");
  }

  /// With the index after the media, as phones write it, far from the beginning.
  @Test
  void findsTheTracksAtTheEndOfAFile() throws IOException {
    for (String brand : new String[] {"isom", "mp42", "qt  ", "M4A "}) {
      assertThat(type(indexAtEnd("tone-isom.mp4", brand))).as(brand).isEqualTo("audio/mp4");
    }
    assertThat(type(indexAtEnd("tone-isom.mp4", "3gp4"))).isEqualTo("audio/3gpp");
    assertThat(type(indexAtEnd("tone-isom.mp4", "3g2a"))).isEqualTo("audio/3gpp2");
    assertThat(type(indexAtEnd("clip.mp4", "isom"))).isEqualTo("video/mp4");
    assertThat(type(indexAtEnd("clip.mp4", "M4A "))).isEqualTo("video/mp4");
    assertThat(type(indexAtEnd("clip.mp4", "qt  "))).isEqualTo("video/quicktime");
    assertThat(type(indexAtEnd("clip.mp4", "3gp4"))).isEqualTo("video/3gpp");
  }

  /// The boxes of a file with the index after 300,000 bytes of media.
  private static byte[] indexAtEnd(String sample, String brand) throws IOException {
    byte[] file = Samples.bytes(sample);
    ByteBuffer boxes = ByteBuffer.wrap(file);
    ByteArrayOutputStream moved = new ByteArrayOutputStream();
    moved.write(file, 0, boxes.getInt(0));
    moved.write(
        ByteBuffer.allocate(8)
            .putInt(300_000)
            .put("mdat".getBytes(StandardCharsets.US_ASCII))
            .array());
    moved.write(new byte[300_000 - 8]);
    for (int at = 0; at < file.length; at += boxes.getInt(at)) {
      if (new String(file, at + 4, 4, StandardCharsets.US_ASCII).equals("moov")) {
        moved.write(file, at, boxes.getInt(at));
      }
    }
    byte[] result = moved.toByteArray();
    System.arraycopy(brand.getBytes(StandardCharsets.US_ASCII), 0, result, 8, 4);
    return result;
  }

  @Test
  void findsTheTracksOfMatroskaAnywhereInTheFile() throws IOException {
    for (String sample : new String[] {"tone.webm", "tone.mka"}) {
      byte[] file = Samples.bytes(sample);
      String text = new String(file, StandardCharsets.ISO_8859_1);
      // The index before them lists them as well.
      int tracks = text.lastIndexOf("\u0016T\u00aek", 1_000);
      // An unknown length in eight bytes.
      int segment = text.indexOf("\u0018S\u0080g");
      ByteBuffer.wrap(file).putLong(segment + 4, 0x01ff_ffff_ffff_ffffL);
      ByteArrayOutputStream pushed = new ByteArrayOutputStream();
      // A Void element of 300,000 bytes: its identifier and its size in eight bytes.
      pushed.write(file, 0, tracks);
      pushed.write(ByteBuffer.allocate(9).put((byte) 0xec).putLong(0x0100_0000_0004_93e0L).array());
      pushed.write(new byte[0x493e0]);
      pushed.write(file, tracks, file.length - tracks);
      assertThat(type(pushed.toByteArray())).as(sample).isEqualTo(type(file)).startsWith("audio/");
    }
  }

  @Test
  void detectsAPdfHeaderAfterOtherBytes() {
    assertThat(type("\r\n\r\n%PDF-1.7\n")).isEqualTo("application/pdf");
    assertThat(type(joined(Samples.bytes("plain.jpg"), Samples.bytes("plain.pdf"))))
        .isEqualTo("image/jpeg");
  }

  @Test
  void detectsCompoundDocumentsByTheirExtension() {
    byte[] head = new byte[600];
    byte[] signature = {
      (byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, (byte) 0xa1, (byte) 0xb1, 0x1a
    };
    System.arraycopy(signature, 0, head, 0, 7);
    head[7] = (byte) 0xe1;
    assertThat(MediaTypeDetector.detect(head, "a.doc").value()).isEqualTo("application/msword");
    assertThat(MediaTypeDetector.detect(head, "a.exe").value())
        .isEqualTo("application/x-ole-storage");
  }

  @Test
  void detectsNoFormatsInRandomData() {
    assertThat(type(new byte[0])).isEqualTo("application/octet-stream");
    assertThat(type(new byte[] {(byte) 0xff, (byte) 0xfb, 0x01, 0x02, 0x03}))
        .isEqualTo("application/octet-stream");
    assertThat(type(new byte[] {0, 1, 2, 3, 4})).isEqualTo("application/octet-stream");
    assertThat(type("BM is how this text begins")).isEqualTo("text/plain");
    assertThat(type("MZ\u0090\u0000\u0003".getBytes(StandardCharsets.ISO_8859_1)))
        .doesNotStartWith("text/");
  }

  @Test
  void displaysOnlyFormatsThatCannotRunScripts() {
    List<String> shown = new ArrayList<>();
    for (String name : Samples.names()) {
      MediaType type = MediaTypeDetector.detect(Samples.bytes(name), name);
      if (type.isSafeInline() && !type.isAudio()) {
        shown.add(type.value());
      }
    }
    assertThat(shown)
        .containsOnly(
            "image/jpeg",
            "image/png",
            "image/gif",
            "image/webp",
            "image/avif",
            "video/mp4",
            "video/webm",
            "text/plain");
    for (String script :
        List.of(
            "image/svg+xml",
            "text/html",
            "application/xml",
            "text/xml",
            "application/pdf",
            "application/xhtml+xml",
            "text/javascript")) {
      assertThat(new MediaType(script).isSafeInline()).isFalse();
    }
  }

  @Test
  void handlesDamagedFiles() throws IOException {
    List<byte[]> files = Samples.names().stream().map(Samples::bytes).toList();
    Fuzz.repeat(
        3_000,
        random -> {
          byte[] file = files.get(random.nextInt(files.size()));
          byte[] head = Arrays.copyOf(file, random.nextInt(file.length + 1));
          for (int i = random.nextInt(20); i > 0 && head.length > 0; i--) {
            head[random.nextInt(Math.min(head.length, random.nextBoolean() ? 64 : 4096))] =
                (byte) random.nextInt(256);
          }
          assertThat(type(head)).matches("[a-z]+/[a-z0-9.+-]+");
        });
  }

  @Test
  void endsQuicklyOnFilesCraftedToBeSlow() {
    byte[] boxes = new byte[64 * 1024];
    byte[] elements = new byte[64 * 1024];
    for (int at = 0; at + 8 <= boxes.length; at += 8) {
      System.arraycopy("\0\0\0\bmoov".getBytes(StandardCharsets.US_ASCII), 0, boxes, at, 8);
      System.arraycopy(
          new byte[] {0x18, 0x53, (byte) 0x80, 0x67, (byte) 0xff, 0x18, 0x53, 0x16},
          0,
          elements,
          at,
          8);
    }
    System.arraycopy(
        "\0\0\0\20ftypisom\0\0\0\0".getBytes(StandardCharsets.US_ASCII), 0, boxes, 0, 16);
    System.arraycopy(new byte[] {0x1a, 0x45, (byte) 0xdf, (byte) 0xa3}, 0, elements, 0, 4);
    assertThat(type(boxes)).isEqualTo("video/mp4");
    assertThat(type(elements)).isEqualTo("video/x-matroska");
  }
}
