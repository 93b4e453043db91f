package parley.media.pictures;

import org.jspecify.annotations.Nullable;
import parley.media.bytes.Bytes;

/// JPEG (ITU-T T.81 annex B): segments up to the frame header; Exif in the segment APP1.
final class JpegHeader {
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int APP1 = 0xe1;
  private static final String EXIF = "Exif\0\0";

  /// Far more than real files have: profiles and previews are split over a few dozen.
  private static final int MAX_SEGMENTS = 2000;

  private JpegHeader() {}

  static @Nullable PictureHeader read(Bytes source) {
    Orientation orientation = Orientation.UPRIGHT;
    long at = 2;
    for (int segments = 0; segments < MAX_SEGMENTS && at < source.length(); segments++) {
      if (source.unsigned8(at) != 0xff) {
        return null;
      }
      while (source.unsigned8(at) == 0xff) {
        at++; // markers may be padded
      }
      int marker = source.unsigned8(at);
      int length = source.unsigned16(at + 1);
      if (marker == START_OF_SCAN || marker == END_OF_IMAGE || marker == 0 || length < 2) {
        return null;
      }
      if (isFrameHeader(marker)) {
        return PictureHeader.of(
            PictureFormat.JPEG,
            source.unsigned16(at + 6),
            source.unsigned16(at + 4),
            orientation,
            false,
            false);
      }
      if (marker == APP1 && source.has(at + 3, EXIF)) {
        orientation = TiffHeader.orientation(source, at + 3 + EXIF.length());
      }
      at += 1 + length;
    }
    return null;
  }

  /// SOF0 to SOF15, except for three codes with other meanings.
  private static boolean isFrameHeader(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }
}
