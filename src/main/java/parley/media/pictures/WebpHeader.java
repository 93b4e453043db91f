package parley.media.pictures;

import org.jspecify.annotations.Nullable;
import parley.media.bytes.Bytes;

/// WebP (RFC 9649): a simple lossy or lossless picture, or the extended format with chunks.
final class WebpHeader {
  private static final int ALPHA = 0x10;
  private static final int EXIF = 0x08;
  private static final int ANIMATION = 0x02;
  private static final int MAX_CHUNKS = 1000;

  private WebpHeader() {}

  static @Nullable PictureHeader read(Bytes source) {
    return switch (source.latin1(12, 4)) {
      case "VP8 " -> lossy(source);
      case "VP8L" -> lossless(source);
      case "VP8X" -> extended(source);
      default -> null;
    };
  }

  private static @Nullable PictureHeader lossy(Bytes source) {
    if (!source.has(23, "\u009d\u0001*")) {
      return null;
    }
    return PictureHeader.of(
        PictureFormat.WEBP, source.little16(26) & 0x3fff, source.little16(28) & 0x3fff);
  }

  private static @Nullable PictureHeader lossless(Bytes source) {
    if (source.unsigned8(20) != 0x2f) {
      return null;
    }
    long bits = source.little32(21);
    return PictureHeader.of(
        PictureFormat.WEBP,
        (bits & 0x3fff) + 1,
        (bits >> 14 & 0x3fff) + 1,
        Orientation.UPRIGHT,
        (bits >> 28 & 1) != 0,
        false);
  }

  private static @Nullable PictureHeader extended(Bytes source) {
    int flags = source.unsigned8(20);
    return PictureHeader.of(
        PictureFormat.WEBP,
        source.little24(24) + 1L,
        source.little24(27) + 1L,
        (flags & EXIF) != 0 ? orientation(source) : Orientation.UPRIGHT,
        (flags & ALPHA) != 0,
        (flags & ANIMATION) != 0);
  }

  private static Orientation orientation(Bytes source) {
    long at = 12;
    for (int chunks = 0; chunks < MAX_CHUNKS && at < source.length(); chunks++) {
      if (source.has(at, "EXIF")) {
        // Some encoders include JPEG's prefix.
        long tiff = source.has(at + 8, "Exif\0\0") ? at + 14 : at + 8;
        return TiffHeader.orientation(source, tiff);
      }
      long length = source.little32(at + 4);
      at += 8 + length + (length & 1);
    }
    return Orientation.UPRIGHT;
  }
}
