package parley.media.pictures;

import java.util.List;

/// How a stored picture has to be rotated and mirrored for display: the eight values of the Exif
/// tag 0x0112, in their order. Each is a number of clockwise quarter turns, optionally followed by
/// mirroring left and right.
public enum Orientation {
  UPRIGHT(0, false),
  MIRRORED(0, true),
  UPSIDE_DOWN(2, false),
  MIRRORED_UPSIDE_DOWN(2, true),
  MIRRORED_TURNED_RIGHT(1, true),
  TURNED_RIGHT(1, false),
  MIRRORED_TURNED_LEFT(3, true),
  TURNED_LEFT(3, false);

  private static final List<Orientation> ALL = List.of(values());

  private final int quarters;
  private final boolean mirrored;

  Orientation(int quarters, boolean mirrored) {
    this.quarters = quarters;
    this.mirrored = mirrored;
  }

  /// The orientation of an Exif value from 1 to 8; upright for any other value.
  static Orientation ofExif(long value) {
    return value >= 1 && value <= 8 ? ALL.get((int) value - 1) : UPRIGHT;
  }

  /// Whether width and height are swapped.
  public boolean swapsSides() {
    return quarters % 2 == 1;
  }

  /// This orientation followed by a number of clockwise quarter turns.
  Orientation turnedRight(int turns) {
    // A turn after mirroring is the opposite turn before it.
    return of(Math.floorMod(quarters + (mirrored ? -turns : turns), 4), mirrored);
  }

  /// This orientation followed by mirroring left and right.
  Orientation mirrored() {
    return of(quarters, !mirrored);
  }

  private static Orientation of(int quarters, boolean mirrored) {
    return ALL.stream()
        .filter(one -> one.quarters == quarters && one.mirrored == mirrored)
        .findFirst()
        .orElseThrow();
  }

  /// The ffmpeg filters that rotate a stored picture upright; empty if none is needed
  /// (<https://ffmpeg.org/ffmpeg-filters.html#transpose-1>).
  String filters() {
    return switch (this) {
      case UPRIGHT -> "";
      case MIRRORED -> "hflip";
      case UPSIDE_DOWN -> "hflip,vflip";
      case MIRRORED_UPSIDE_DOWN -> "vflip";
      case MIRRORED_TURNED_RIGHT -> "transpose=cclock_flip";
      case TURNED_RIGHT -> "transpose=clock";
      case MIRRORED_TURNED_LEFT -> "transpose=clock_flip";
      case TURNED_LEFT -> "transpose=cclock";
    };
  }
}
