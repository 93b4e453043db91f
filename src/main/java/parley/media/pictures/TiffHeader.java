package parley.media.pictures;

import org.jspecify.annotations.Nullable;
import parley.media.bytes.Bytes;

/// TIFF 6.0 and BigTIFF: the first directory of a file or of an embedded Exif block.
final class TiffHeader {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int ORIENTATION = 274;
  private static final int TILE_WIDTH = 322;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;
  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;

  /// White or black is zero, RGB, palette, transparency mask, separated, YCbCr.
  private static final int MAX_KNOWN_PHOTOMETRIC = 6;

  private static final int UNSIGNED = 1;
  private static final int FLOAT = 3;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int LONG8 = 16;
  private static final int MAX_ENTRIES = 4096;

  private final Bytes source;
  private final boolean little;
  private final boolean big;
  private long width;
  private long height;
  private long orientation = 1;
  private boolean transparent;
  private long compression;
  private long photometric;
  private long bits = 1;
  private long sampleFormat = UNSIGNED;
  private boolean tiled;

  private TiffHeader(Bytes source, boolean little, boolean big) {
    this.source = source;
    this.little = little;
    this.big = big;
  }

  /// The header of a TIFF file; null if it is not one.
  static @Nullable PictureHeader picture(Bytes source) {
    TiffHeader header = read(source, 0);
    return header == null
        ? null
        : PictureHeader.of(
            PictureFormat.TIFF,
            header.width,
            header.height,
            Orientation.ofExif(header.orientation),
            header.transparent,
            false);
  }

  /// Whether ffmpeg decodes a TIFF file correctly. It supports only files below 4 GiB, strips
  /// without JPEG compression, integer or 32-bit samples, and common colour spaces. For others it
  /// fails, or reports success with a single colour.
  static boolean isDecodable(Bytes source) {
    TiffHeader header = read(source, 0);
    return header != null
        && !header.big
        && !header.tiled
        && header.photometric <= MAX_KNOWN_PHOTOMETRIC
        && (header.sampleFormat == UNSIGNED || (header.sampleFormat == FLOAT && header.bits == 32))
        && header.compression != OLD_JPEG
        && header.compression != JPEG;
  }

  /// The orientation in the Exif block at `start`; upright if it has none.
  static Orientation orientation(Bytes source, long start) {
    TiffHeader header = read(source, start);
    return header == null ? Orientation.UPRIGHT : Orientation.ofExif(header.orientation);
  }

  private static @Nullable TiffHeader read(Bytes source, long start) {
    boolean little = source.has(start, "II");
    if (!little && !source.has(start, "MM")) {
      return null;
    }
    int version = little ? source.little16(start + 2) : source.unsigned16(start + 2);
    if (version != 42 && version != 43) {
      return null;
    }
    TiffHeader header = new TiffHeader(source, little, version == 43);
    header.directory(start);
    return header;
  }

  private void directory(long start) {
    long directory = start + (big ? number64(start + 8) : number32(start + 4));
    long entries = big ? number64(directory) : number16(directory);
    long at = directory + (big ? 8 : 2);
    for (long i = 0; i < Math.min(entries, MAX_ENTRIES) && at > 0 && at < source.length(); i++) {
      switch (number16(at)) {
        case WIDTH -> width = value(at);
        case HEIGHT -> height = value(at);
        case ORIENTATION -> orientation = value(at);
        case BITS_PER_SAMPLE -> bits = firstValue(at);
        case PHOTOMETRIC -> photometric = value(at);
        case SAMPLE_FORMAT -> sampleFormat = firstValue(at);
        case COMPRESSION -> compression = value(at);
        case TILE_WIDTH -> tiled = true;
        case EXTRA_SAMPLES -> transparent = true;
        default -> {
          // Irrelevant.
        }
      }
      at += big ? 20 : 12;
    }
  }

  private long value(long entry) {
    long at = entry + (big ? 12 : 8);
    return switch (number16(entry + 2)) {
      case SHORT -> number16(at);
      case LONG -> number32(at);
      case LONG8 -> number64(at);
      default -> 0;
    };
  }

  /// The first of one value per sample, which are all alike; more than two are stored elsewhere.
  private long firstValue(long entry) {
    long count = big ? number64(entry + 4) : number32(entry + 4);
    boolean inside = count * 2 <= (big ? 8 : 4);
    if (number16(entry + 2) != SHORT || inside) {
      return value(entry);
    }
    return number16(big ? number64(entry + 12) : number32(entry + 8));
  }

  private int number16(long at) {
    return little ? source.little16(at) : source.unsigned16(at);
  }

  private long number32(long at) {
    return little ? source.little32(at) : source.unsigned32(at);
  }

  private long number64(long at) {
    long first = number32(at);
    long second = number32(at + 4);
    long value = little ? second << 32 | first : first << 32 | second;
    return value < 0 ? Long.MAX_VALUE : value;
  }
}
