package parley.media.types;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Files of boxes (ISO/IEC 14496-12): MP4, M4A, QuickTime, 3GP, HEIC, AVIF.
final class IsoMediaTypes {
  /// Boxes in boxes that lead to the kind of a track.
  private static final Set<String> PATH = Set.of("moov", "trak", "mdia");

  /// No file needs more to say what it is.
  private static final int MOST_BOXES = 2000;

  private final Head head;
  private final Set<String> trackKinds = new HashSet<>();
  private int boxes;

  private IsoMediaTypes(Head head) {
    this.head = head;
  }

  static @Nullable String type(Head head, @Nullable String extension) {
    if (!head.has(4, "ftyp")) {
      return isOldQuickTime(head) ? "video/quicktime" : null;
    }
    Set<String> brands = brands(head);
    String major = head.latin1(8, 4);
    String picture = picture(major, brands);
    if (picture != null) {
      return picture;
    }
    return switch (major) {
      case "M4A ", "M4B ", "M4P ", "F4A ", "F4B " -> "audio/mp4";
      case "qt  " -> "video/quicktime";
      case "jp2 " -> "image/jp2";
      case "crx " -> "image/x-canon-cr3";
      default -> new IsoMediaTypes(head).byTracks(major, extension);
    };
  }

  private static Set<String> brands(Head head) {
    Set<String> brands = new HashSet<>();
    long end = Math.min(head.unsigned32(0), 8 + 4 * 64);
    for (int at = 16; at + 4 <= end; at += 4) {
      brands.add(head.latin1(at, 4));
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

  /// Without a brand of its own, sound and picture differ only by the tracks. Where those are
  /// described at the end of the file, the name of the file has to do.
  private String byTracks(String major, @Nullable String extension) {
    walk(0, head.length(), 0);
    boolean audioOnly =
        trackKinds.isEmpty()
            ? "m4a".equals(extension) || "m4b".equals(extension)
            : trackKinds.contains("soun") && !trackKinds.contains("vide");
    String kind = audioOnly ? "audio/" : "video/";
    if (major.startsWith("3g2")) {
      return kind + "3gpp2";
    }
    return kind + (major.startsWith("3g") ? "3gpp" : "mp4");
  }

  private void walk(long from, long to, int depth) {
    long at = from;
    while (at + 8 <= to && ++boxes < MOST_BOXES) {
      long size = head.unsigned32(at);
      String name = head.latin1(at + 4, 4);
      long content = at + 8;
      if (size == 1) {
        size = head.unsigned64(at + 8);
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
      } else if (name.equals("hdlr") && depth > 0) {
        trackKinds.add(head.latin1(content + 8, 4));
      }
      at = end;
    }
  }

  /// Before brands there were none: such a file begins with one of the boxes that QuickTime had.
  private static boolean isOldQuickTime(Head head) {
    return switch (head.latin1(4, 4)) {
      case "moov" -> head.has(12, "mvhd") || head.has(12, "cmov");
      case "wide" -> head.has(12, "mdat");
      case "mdat", "free", "skip", "pnot" -> {
        long next = head.unsigned32(0);
        String name = head.latin1(next + 4, 4);
        yield name.equals("moov") || name.equals("mdat") || name.equals("wide");
      }
      default -> false;
    };
  }
}
