package parley.media.bytes;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The brands of an ISO media file (ISO/IEC 14496-12 section 4.3).
///
/// @param major the major brand
/// @param all the major and compatible brands
public record IsoBrands(String major, Set<String> all) {
  private static final int MAX_BRANDS = 64;

  /// The AV1 Image File Format, section 6.
  private static final Set<String> AVIF = Set.of("avif", "avis");

  /// Images and image sequences in HEVC (ISO/IEC 23008-12 annex B), including layered ones.
  private static final Set<String> HEIC =
      Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs");

  /// Images and image sequences in any codec.
  private static final Set<String> HEIF = Set.of("mif1", "msf1", "mif2", "miaf");

  /// The brands of a file; null if it does not begin with them.
  public static @Nullable IsoBrands of(Bytes file) {
    if (!file.has(4, "ftyp")) {
      return null;
    }
    Set<String> all = new HashSet<>();
    long end = Math.min(file.unsigned32(0), 8 + 4 * MAX_BRANDS);
    for (long at = 8; at + 4 <= end; at += 4) {
      // The minor version follows the major brand.
      if (at != 12) {
        all.add(file.latin1(at, 4));
      }
    }
    return new IsoBrands(file.latin1(8, 4), all);
  }

  /// Whether readers of AVIF can read it.
  public boolean hasAvif() {
    return !Collections.disjoint(all, AVIF);
  }

  /// Whether readers of images can read it.
  public boolean hasPictures() {
    return hasAvif() || !Collections.disjoint(all, HEIC) || !Collections.disjoint(all, HEIF);
  }

  /// The type of a file that is primarily an image or image sequence; otherwise null.
  public @Nullable String pictureType() {
    if (AVIF.contains(major) || (HEIF.contains(major) && hasAvif())) {
      return "image/avif";
    }
    if (HEIC.contains(major)) {
      return "image/heic";
    }
    if (HEIF.contains(major)) {
      return Collections.disjoint(all, HEIC) ? "image/heif" : "image/heic";
    }
    return null;
  }
}
