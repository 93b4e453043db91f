package parley.media.pictures;

import org.jspecify.annotations.Nullable;
import parley.media.bytes.Bytes;

/// PNG (the W3C's third edition): the header chunk, and the chunks before the pixels for
/// transparency, animation and orientation.
final class PngHeader {
  private static final int FIRST_CHUNK = 8;
  private static final int MAX_CHUNKS = 1000;

  /// The alpha bit of the colour type.
  private static final int ALPHA = 4;

  private PngHeader() {}

  static @Nullable PictureHeader read(Bytes source) {
    if (!source.has(FIRST_CHUNK + 4, "IHDR") || source.unsigned32(FIRST_CHUNK) != 13) {
      return null;
    }
    boolean transparent = (source.unsigned8(25) & ALPHA) != 0;
    boolean animated = false;
    Orientation orientation = Orientation.UPRIGHT;
    DynamicRange range = DynamicRange.STANDARD;
    long at = FIRST_CHUNK;
    for (int chunks = 0; chunks < MAX_CHUNKS && at < source.length(); chunks++) {
      long length = source.unsigned32(at);
      switch (source.latin1(at + 4, 4)) {
        case "tRNS" -> transparent = true;
        case "acTL" -> animated = true;
        case "cICP" -> range = DynamicRange.ofCode(source.unsigned8(at + 9));
        case "eXIf" -> orientation = TiffHeader.orientation(source, at + 8);
        case "IDAT", "IEND" -> chunks = MAX_CHUNKS;
        default -> {
          // Irrelevant.
        }
      }
      at += 12 + length;
    }
    PictureHeader header =
        PictureHeader.of(
            PictureFormat.PNG,
            source.unsigned32(16),
            source.unsigned32(20),
            orientation,
            transparent,
            animated);
    return header == null ? null : header.with(range);
  }
}
