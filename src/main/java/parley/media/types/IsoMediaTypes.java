package parley.media.types;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.media.bytes.FileWindow;
import parley.media.bytes.IsoBoxes;
import parley.media.bytes.IsoBrands;

/// ISO media files (ISO/IEC 14496-12): MP4, M4A, QuickTime, 3GP, HEIC, AVIF.
///
/// The tracks, wherever in the file they are described, determine whether a file is audio or video.
/// The brand only decides if there are none.
final class IsoMediaTypes {
  /// The nesting of the boxes down to a track's kind: `moov`, `trak`, `mdia`.
  private static final int MAX_DEPTH = 3;

  /// More than any legitimate file needs.
  private static final int MAX_BOXES = 2000;

  /// The lowest flag of a track header.
  private static final int ENABLED = 1;

  private final FileWindow file;
  private final Set<String> trackKinds = new HashSet<>();
  private final Set<String> enabledKinds = new HashSet<>();
  private final IsoBoxes boxes;
  private boolean enabled;

  private IsoMediaTypes(FileWindow file) {
    this.file = file;
    this.boxes = new IsoBoxes(file, MAX_BOXES);
  }

  static @Nullable String type(FileWindow file) {
    IsoBrands brands = IsoBrands.of(file);
    if (brands == null) {
      return isOldQuickTime(file)
          ? new IsoMediaTypes(file).byTracks("video/quicktime", "audio/mp4", false)
          : null;
    }
    String major = brands.major();
    String picture = brands.pictureType();
    if (picture != null) {
      return picture;
    }
    IsoMediaTypes types = new IsoMediaTypes(file);
    return switch (major) {
      case "M4A ", "M4B ", "M4P ", "F4A ", "F4B " -> types.byTracks("video/mp4", "audio/mp4", true);
      case "qt  " -> types.byTracks("video/quicktime", "audio/mp4", false);
      case "jp2 " -> "image/jp2";
      case "crx " -> "image/x-canon-cr3";
      default -> {
        if (major.startsWith("3g2")) {
          yield types.byTracks("video/3gpp2", "audio/3gpp2", false);
        }
        yield major.startsWith("3g")
            ? types.byTracks("video/3gpp", "audio/3gpp", false)
            : types.byTracks("video/mp4", "audio/mp4", false);
      }
    };
  }

  /// Ignores disabled tracks, such as the pictures of an audiobook's chapters.
  private String byTracks(String video, String audio, boolean soundByBrand) {
    boxes.walk(0, file.length(), box -> visit(box, 0));
    Set<String> kinds = enabledKinds.isEmpty() ? trackKinds : enabledKinds;
    boolean sound = kinds.isEmpty() ? soundByBrand : kinds.contains("soun");
    return sound && !kinds.contains("vide") ? audio : video;
  }

  private boolean visit(IsoBoxes.Box box, int depth) {
    switch (box.name()) {
      case "moov", "trak", "mdia" -> {
        if (depth < MAX_DEPTH) {
          boxes.walk(box.content(), box.end(), inner -> visit(inner, depth + 1));
          return !box.name().equals("moov");
        }
      }
      case "tkhd" -> enabled = (file.unsigned8(box.content() + 3) & ENABLED) != 0;
      case "hdlr" -> {
        if (depth > 0) {
          String kind = file.latin1(box.content() + 8, 4);
          trackKinds.add(kind);
          if (enabled) {
            enabledKinds.add(kind);
          }
        }
      }
      default -> {
        // Irrelevant.
      }
    }
    return true;
  }

  /// Files from before brands existed begin with one of QuickTime's boxes.
  private static boolean isOldQuickTime(FileWindow file) {
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
