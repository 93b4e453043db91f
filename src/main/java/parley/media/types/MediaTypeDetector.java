package parley.media.types;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.tika.Tika;
import org.jspecify.annotations.Nullable;
import parley.filenames.FileName;
import parley.media.bytes.FileBytes;
import parley.media.bytes.FileWindow;
import parley.media.bytes.Head;

/// Detects the media type of files.
///
/// Formats that Parley displays, plays or must protect against are detected here, because general
/// lists of signatures confuse formats that share a container, such as MP4 and M4A, WebM and
/// Matroska, or ZIP and word-processor documents. Tika's list is only consulted when none of these
/// rules matches.
public final class MediaTypeDetector {
  /// The size of the head that the rules examine.
  public static final int HEAD_BYTES = 64 * 1024;

  /// Containers may describe their content at the end; no valid one needs more moves than this.
  private static final int MAX_MOVES = 256;

  /// By RFC 8118 and in practice, the header may be anywhere in the first kilobyte.
  private static final int MAX_PDF_HEADER_OFFSET = 1024;

  /// Signatures that suffice on their own and that Tika does not know, names differently, or is not
  /// trusted with; see [#byTika].
  private record Signature(int offset, String latin1, String type) {}

  private static final List<Signature> SIGNATURES =
      List.of(
          new Signature(0, "\u00ff\u00d8\u00ff", "image/jpeg"),
          new Signature(0, "\u0089PNG\r\n\u001a\n", "image/png"),
          new Signature(0, "GIF87a", "image/gif"),
          new Signature(0, "GIF89a", "image/gif"),
          new Signature(0, "II*\0", "image/tiff"),
          new Signature(0, "MM\0*", "image/tiff"),
          new Signature(0, "II+\0", "image/tiff"),
          new Signature(0, "MM\0+", "image/tiff"),
          new Signature(0, "\u00ff\n", "image/jxl"),
          new Signature(0, "\0\0\0\fJXL \r\n\u0087\n", "image/jxl"),
          new Signature(0, "\0\0\0\fjP  \r\n\u0087\n", "image/jp2"),
          new Signature(0, "8BPS", "image/vnd.adobe.photoshop"),
          new Signature(0, "fLaC", "audio/flac"),
          new Signature(0, "#!AMR-WB\n", "audio/amr-wb"),
          new Signature(0, "#!AMR\n", "audio/amr"),
          new Signature(0, ".snd", "audio/basic"),
          new Signature(0, "caff\0\u0001", "audio/x-caf"),
          new Signature(0, "wvpk", "audio/x-wavpack"),
          new Signature(0, "MAC ", "audio/x-ape"),
          new Signature(0, "MThd\0\0\0\u0006", "audio/midi"),
          new Signature(0, "ADIF", "audio/aac"),
          new Signature(0, "BZh", "application/x-bzip2"),
          new Signature(0, "Rar!\u001a\u0007", "application/vnd.rar"),
          new Signature(257, "ustar", "application/x-tar"),
          new Signature(0, "SQLite format 3\0", "application/vnd.sqlite3"),
          new Signature(0, "\u007fELF", "application/x-executable"),
          new Signature(0, "{\\rtf", "application/rtf"),
          new Signature(0, "%!PS", "application/postscript"));

  private MediaTypeDetector() {}

  /// Like [#detect(FileBytes, String)], for a local file without a name.
  public static MediaType detect(Path file) throws IOException {
    return detect(FileBytes.of(file), null);
  }

  /// Like [#detect(FileBytes, String)], for a head: the whole file or at least its first
  /// [#HEAD_BYTES].
  public static MediaType detect(byte[] head, @Nullable String fileName) {
    return detect(new Head(head), (offset, length) -> new byte[0], fileName);
  }

  /// Detects the type of a file.
  ///
  /// The bytes decide. The file name only chooses among types with indistinguishable bytes
  /// (comma-separated values are plain text, an old word-processor file is a compound document). It
  /// never turns text into a page, data into a picture or video into audio. An empty file is
  /// `application/octet-stream`.
  public static MediaType detect(FileBytes file, @Nullable String fileName) throws IOException {
    try {
      return detect(new Head(file.read(0, HEAD_BYTES)), file, fileName);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static MediaType detect(Head start, FileBytes file, @Nullable String fileName) {
    String extension = fileName == null ? null : FileName.extension(fileName);
    String type = byContainer(start, window(start, file), extension);
    if (type == null) {
      type = bySignature(start);
    }
    if (type == null) {
      type = AudioFrames.type(start);
    }
    if (type == null) {
      type = TextTypes.type(start, extension);
    }
    return type == null ? byTika(start.bytes()) : new MediaType(type);
  }

  private static FileWindow window(Head start, FileBytes file) {
    return FileWindow.behind(start, file, start.length() >= HEAD_BYTES, MAX_MOVES);
  }

  private static @Nullable String byContainer(
      Head head, FileWindow file, @Nullable String extension) {
    if (head.startsWith("RIFF") || head.startsWith("RIFX") || head.startsWith("RF64")) {
      return riff(head);
    }
    if (head.startsWith("BW64")) {
      return riff(head);
    }
    if (head.startsWith("FORM") && (head.has(8, "AIFF") || head.has(8, "AIFC"))) {
      return "audio/aiff";
    }
    if (head.startsWith("OggS")) {
      return OggTypes.type(head);
    }
    if (head.startsWith("\u001aE\u00df\u00a3")) {
      return MatroskaTypes.type(file);
    }
    if (head.startsWith("PK\u0003\u0004")) {
      return ZipTypes.type(head, extension);
    }
    if (head.startsWith("PK\u0005\u0006")) {
      return "application/zip";
    }
    if (head.startsWith("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1")) {
      return ZipTypes.compoundDocument(extension);
    }
    if (head.startsWith("0&\u00b2u\u008ef\u00cf\u0011\u00a6\u00d9\0\u00aa\0b\u00cel")) {
      return advancedSystemsFormat(head);
    }
    if (head.startsWith("FLV\u0001")) {
      // The lowest flag means video.
      return (head.unsigned8(4) & 5) == 4 ? "audio/x-flv" : "video/x-flv";
    }
    if (isBitmap(head)) {
      return "image/bmp";
    }
    if (isTransportStream(head)) {
      return "video/mp2t";
    }
    if (head.find("%PDF-", 0, MAX_PDF_HEADER_OFFSET) >= 0 && bySignature(head) == null) {
      return "application/pdf";
    }
    return IsoMediaTypes.type(file);
  }

  private static @Nullable String riff(Head head) {
    return switch (head.latin1(8, 4)) {
      case "WAVE" -> "audio/wav";
      case "WEBP" -> "image/webp";
      case "AVI " -> "video/x-msvideo";
      default -> null;
    };
  }

  private static @Nullable String bySignature(Head head) {
    for (Signature signature : SIGNATURES) {
      if (head.has(signature.offset, signature.latin1)) {
        return signature.type;
      }
    }
    return null;
  }

  /// Many texts begin with `BM`; the length of the next header has one of a few values.
  private static boolean isBitmap(Head head) {
    long size = head.little32(2);
    long pixels = head.little32(10);
    if (!head.startsWith("BM") || (pixels > size && size != 0)) {
      return false;
    }
    return switch ((int) Math.min(head.little32(14), 1000)) {
      case 12, 16, 40, 52, 56, 64, 108, 124 -> true;
      default -> false;
    };
  }

  /// Every packet of 188 bytes begins with 0x47 (ISO/IEC 13818-1 section 2.4.3.2).
  private static boolean isTransportStream(Head head) {
    return head.length() > 188 * 4
        && head.unsigned8(0) == 0x47
        && head.unsigned8(188) == 0x47
        && head.unsigned8(188 * 2) == 0x47
        && head.unsigned8(188 * 3) == 0x47
        && head.unsigned8(188 * 4) == 0x47;
  }

  /// ASF is video if its header lists a video stream.
  private static String advancedSystemsFormat(Head head) {
    String rest = "M[\u00cf\u0011\u00a8\u00fd\0\u0080_\\D+";
    boolean video = head.find("\u00c0\u00ef\u0019\u00bc" + rest, 0, head.length()) >= 0;
    boolean audio = head.find("@\u009ei\u00f8" + rest, 0, head.length()) >= 0;
    return audio && !video ? "audio/x-ms-wma" : "video/x-ms-wmv";
  }

  /// Tika's result is ignored if the rules above should have detected it: two bytes suffice for
  /// Tika to see an MP3.
  private static MediaType byTika(byte[] head) {
    if (head.length == 0) {
      return MediaType.UNKNOWN;
    }
    MediaType type = new MediaType(TikaHolder.TIKA.detect(head));
    boolean ours = !type.equals(MediaType.TEXT) && (type.isPicture() || type.isSafeInline());
    return ours ? MediaType.UNKNOWN : type;
  }

  /// Lazily loaded, because Tika reads a long list that most nodes never need.
  private static final class TikaHolder {
    private static final Tika TIKA = new Tika();
  }
}
