package parley.media.types;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Files of boxes (ISO/IEC 14496-12): MP4, M4A, QuickTime, 3GP, HEIC, AVIF.
///
/// Whether it is sound or video is decided by the tracks, wherever in the file they are described;
/// the brand only where none are.
final class IsoMediaTypes {
  /// Boxes in boxes that lead to the kind of a track.
  private static final Set<String> PATH = Set.of("moov", "trak", "mdia");

  /// No file needs more to say what it is.
  private static final int MAX_BOXES = 2000;

  /// The lowest of a track header's flags.
  private static final int ENABLED = 1;

  private final WholeFile file;
  private final Set<String> trackKinds = new HashSet<>();
  private final Set<String> enabledKinds = new HashSet<>();
  private boolean enabled;
  private int boxes;

  private IsoMediaTypes(WholeFile file) {
    this.file = file;
  }

  static @Nullable String type(WholeFile file) {
    if (!file.has(4, "ftyp")) {
      return isOldQuickTime(file)
          ? new IsoMediaTypes(file).byTracks("video/quicktime", "audio/mp4", false)
          : null;
    }
    String major = file.latin1(8, 4);
    String picture = picture(major, brands(file));
    if (picture != null) {
      return picture;
    }
    IsoMediaTypes boxes = new IsoMediaTypes(file);
    return switch (major) {
      case "M4A ", "M4B ", "M4P ", "F4A ", "F4B " -> boxes.byTracks("video/mp4", "audio/mp4", true);
      case "qt  " -> boxes.byTracks("video/quicktime", "audio/mp4", false);
      case "jp2 " -> "image/jp2";
      case "crx " -> "image/x-canon-cr3";
      default -> {
        if (major.startsWith("3g2")) {
          yield boxes.byTracks("video/3gpp2", "audio/3gpp2", false);
        }
        yield major.startsWith("3g")
            ? boxes.byTracks("video/3gpp", "audio/3gpp", false)
            : boxes.byTracks("video/mp4", "audio/mp4", false);
      }
    };
  }

  private static Set<String> brands(WholeFile file) {
    Set<String> brands = new HashSet<>();
    long end = Math.min(file.unsigned32(0), 8 + 4 * 64);
    for (int at = 16; at + 4 <= end; at += 4) {
      brands.add(file.latin1(at, 4));
    }
    return brands;
  }

  /// ISO/IEC 23008-12 annex B for HEIC, the AV1 Image File Format section 6 for AVIF.
  private static @Nullable String picture(String major, Set<String> brands) {
    return switch (major) {
      case "avif", "avis" -> "image/avif";
      case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs" -> "image/heic";
      case "mif1", "msf1", "mif2", "miaf" -> {
        if (brands.contains("avif") || brands.contains("avis")) {
          yield "image/avif";
        }
        boolean heic = brands.contains("heic") || brands.contains("heix");
        yield heic ? "image/heic" : "image/heif";
      }
      default -> null;
    };
  }

  /// A track that is not enabled plays no part: the pictures of an audio book's chapters are one.
  private String byTracks(String video, String audio, boolean soundByBrand) {
    walk(0, file.length(), 0);
    Set<String> kinds = enabledKinds.isEmpty() ? trackKinds : enabledKinds;
    boolean sound = kinds.isEmpty() ? soundByBrand : kinds.contains("soun");
    return sound && !kinds.contains("vide") ? audio : video;
  }

  private void walk(long from, long to, int depth) {
    long at = from;
    while (at + 8 <= to && ++boxes < MAX_BOXES && !file.isEnd(at)) {
      long size = file.unsigned32(at);
      String name = file.latin1(at + 4, 4);
      long content = at + 8;
      if (size == 1) {
        size = file.unsigned64(at + 8);
        content = at + 16;
      } else if (size == 0) {
        size = to - at;
      }
      if (size < content - at) {
        return;
      }
      long end = size > to - at ? to : at + size;
      if (PATH.contains(name) && depth < PATH.size()) {
        walk(content, end, depth + 1);
        if (name.equals("moov")) {
          return;
        }
      } else if (name.equals("tkhd")) {
        enabled = (file.unsigned8(content + 3) & ENABLED) != 0;
      } else if (name.equals("hdlr") && depth > 0) {
        String kind = file.latin1(content + 8, 4);
        trackKinds.add(kind);
        if (enabled) {
          enabledKinds.add(kind);
        }
      }
      at = end;
    }
  }

  /// Before brands there were none: such a file begins with one of the boxes that QuickTime had.
  private static boolean isOldQuickTime(WholeFile file) {
    return switch (file.latin1(4, 4)) {
      case "moov" -> file.has(12, "mvhd") || file.has(12, "cmov");
      case "wide" -> file.has(12, "mdat");
      case "mdat", "free", "skip", "pnot" -> {
        long next = file.unsigned32(0);
        String name = file.latin1(next + 4, 4);
        yield name.equals("moov") || name.equals("mdat") || name.equals("wide");
      }
      default -> false;
    };
  }
}
