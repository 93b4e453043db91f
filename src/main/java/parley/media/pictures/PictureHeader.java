package parley.media.pictures;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.media.bytes.Bytes;
import parley.media.bytes.FileWindow;

/// The header of a picture, read without decoding the picture.
///
/// @param storedWidth pixels per stored row, at least one
/// @param storedHeight stored rows, at least one
/// @param orientation how to rotate the stored picture for display
/// @param transparent whether it may have transparent parts
/// @param animated whether it may have more than one frame
/// @param range its dynamic range
public record PictureHeader(
    PictureFormat format,
    int storedWidth,
    int storedHeight,
    Orientation orientation,
    boolean transparent,
    boolean animated,
    DynamicRange range) {
  /// 8 MiB in windows of 8 KiB.
  private static final int MAX_MOVES = 1024;

  /// The displayed width in pixels.
  public int width() {
    return orientation.swapsSides() ? storedHeight : storedWidth;
  }

  /// The displayed height in pixels.
  public int height() {
    return orientation.swapsSides() ? storedWidth : storedHeight;
  }

  /// The number of pixels that a decoder has to hold.
  public long pixels() {
    return (long) storedWidth * storedHeight;
  }

  /// Reads the header of a picture file; empty if the format is unknown, or the header is truncated
  /// or inconsistent. Reads at most 8 MiB and holds 8 KiB. The pixels may still be broken or
  /// missing.
  public static Optional<PictureHeader> read(Path file) throws IOException {
    return read(file, PictureHeader::of);
  }

  /// Reads the header of an open file, which stays open.
  public static Optional<PictureHeader> read(SeekableByteChannel file) throws IOException {
    return Optional.ofNullable(FileWindow.read(file, MAX_MOVES, PictureHeader::of));
  }

  /// Applies a reader for one format within the same limits; empty if it finds nothing.
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

  /// The header of an upright, still and opaque picture; null for impossible dimensions.
  static @Nullable PictureHeader of(PictureFormat format, long width, long height) {
    return of(format, width, height, Orientation.UPRIGHT, false, false);
  }

  /// A header; null for impossible dimensions.
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

  /// A copy with this dynamic range.
  PictureHeader with(DynamicRange other) {
    return new PictureHeader(
        format, storedWidth, storedHeight, orientation, transparent, animated, other);
  }

  /// A copy that may have transparent parts.
  PictureHeader withTransparency() {
    return new PictureHeader(format, storedWidth, storedHeight, orientation, true, animated, range);
  }

  /// OS/2's header has 16-bit dimensions. In all others, a negative height means that rows are
  /// stored from top to bottom.
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
