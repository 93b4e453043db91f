package parley.media.pictures;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.media.bytes.Bytes;
import parley.media.bytes.FileWindow;

/// What the header of a picture says, without any of it being decoded.
///
/// @param storedWidth pixels in a stored row, at least one
/// @param storedHeight stored rows, at least one
/// @param orientation how they have to be turned
/// @param transparent whether parts of it may be transparent
/// @param animated whether it may have more than one frame
/// @param range of its brightness
public record PictureHeader(
    PictureFormat format,
    int storedWidth,
    int storedHeight,
    Orientation orientation,
    boolean transparent,
    boolean animated,
    DynamicRange range) {
  /// So many windows of 8 KiB are 8 MiB.
  private static final int MAX_MOVES = 1024;

  /// Pixels from left to right as displayed.
  public int width() {
    return orientation.swapsSides() ? storedHeight : storedWidth;
  }

  /// Pixels from top to bottom as displayed.
  public int height() {
    return orientation.swapsSides() ? storedWidth : storedHeight;
  }

  /// How many pixels a decoder would have to hold.
  public long pixels() {
    return (long) storedWidth * storedHeight;
  }

  /// The header of a picture file; empty when it is no picture of a known format, or one whose
  /// header is cut off or contradicts itself. Reads at most 8 MiB and holds 8 KiB, whatever the
  /// file; the pixels behind the header may still be broken or missing.
  public static Optional<PictureHeader> read(Path file) throws IOException {
    return read(file, PictureHeader::of);
  }

  /// The same from an open file, which stays open.
  public static Optional<PictureHeader> read(SeekableByteChannel file) throws IOException {
    return Optional.ofNullable(FileWindow.read(file, MAX_MOVES, PictureHeader::of));
  }

  /// What a reader of one format finds, at the same cost at most; empty when it finds nothing.
  static <T> Optional<T> read(Path file, Function<Bytes, @Nullable T> reader) throws IOException {
    return Optional.ofNullable(FileWindow.read(file, MAX_MOVES, reader));
  }

  private static @Nullable PictureHeader of(Bytes source) {
    if (source.has(0, "\u00ff\u00d8\u00ff")) {
      return JpegHeader.read(source);
    } else if (source.has(0, "\u0089PNG\r\n\u001a\n")) {
      return PngHeader.read(source);
    } else if (source.has(0, "GIF87a") || source.has(0, "GIF89a")) {
      return GifHeader.read(source);
    } else if (source.has(0, "RIFF") && source.has(8, "WEBP")) {
      return WebpHeader.read(source);
    } else if (source.has(0, "BM")) {
      return bitmap(source);
    } else if (source.has(4, "ftyp")) {
      HeifHeader header = HeifHeader.read(source);
      return header == null ? null : header.picture();
    }
    return TiffHeader.picture(source);
  }

  /// A header of a picture that is upright, still and opaque, unless it is one that no picture has.
  static @Nullable PictureHeader of(PictureFormat format, long width, long height) {
    return of(format, width, height, Orientation.UPRIGHT, false, false);
  }

  /// A header unless it is one that no picture has.
  static @Nullable PictureHeader of(
      PictureFormat format,
      long width,
      long height,
      Orientation orientation,
      boolean transparent,
      boolean animated) {
    boolean sane =
        width > 0 && height > 0 && width <= Integer.MAX_VALUE && height <= Integer.MAX_VALUE;
    return sane
        ? new PictureHeader(
            format,
            (int) width,
            (int) height,
            orientation,
            transparent,
            animated,
            DynamicRange.STANDARD)
        : null;
  }

  /// The same of a picture that has this range.
  PictureHeader with(DynamicRange other) {
    return new PictureHeader(
        format, storedWidth, storedHeight, orientation, transparent, animated, other);
  }

  /// The same of a picture parts of which may be transparent.
  PictureHeader withTransparency() {
    return new PictureHeader(format, storedWidth, storedHeight, orientation, true, animated, range);
  }

  /// The first header is OS/2's, with short numbers; in all others a negative height says that the
  /// rows run from top to bottom.
  private static @Nullable PictureHeader bitmap(Bytes source) {
    long headerBytes = source.little32(14);
    if (headerBytes == 12) {
      return of(PictureFormat.BMP, source.little16(18), source.little16(20));
    }
    if (headerBytes < 16 || headerBytes > 124) {
      return null;
    }
    int height = (int) source.little32(22);
    return of(PictureFormat.BMP, source.little32(18), Math.abs((long) height));
  }
}
