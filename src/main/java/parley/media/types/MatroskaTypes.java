package parley.media.types;

import org.jspecify.annotations.Nullable;
import parley.media.bytes.FileWindow;

/// Matroska and WebM (RFC 8794 and RFC 9559): the document type distinguishes them, and the tracks,
/// wherever in the file they are described, distinguish audio from video.
final class MatroskaTypes {
  private static final long EBML = 0x1A45DFA3L;
  private static final long DOC_TYPE = 0x4282;
  private static final long SEGMENT = 0x18538067L;
  private static final long SEEK_HEAD = 0x114D9B74L;
  private static final long SEEK = 0x4DBB;
  private static final long SEEK_ID = 0x53AB;
  private static final long SEEK_POSITION = 0x53AC;
  private static final long TRACKS = 0x1654AE6BL;
  private static final long TRACK_ENTRY = 0xAE;
  private static final long TRACK_TYPE = 0x83;
  private static final long CLUSTER = 0x1F43B675L;

  /// Segment, tracks, entry.
  private static final int DEPTH = 3;

  private static final int MAX_ELEMENTS = 4000;

  private static final int VIDEO = 1;
  private static final int AUDIO = 2;

  private final FileWindow file;
  private @Nullable String documentType;
  private long segment;
  private long sought;
  private long tracksAt = -1;
  private int elements;
  private boolean video;
  private boolean audio;

  private MatroskaTypes(FileWindow file) {
    this.file = file;
  }

  static String type(FileWindow head) {
    MatroskaTypes file = new MatroskaTypes(head);
    file.walk(0, head.length(), 0);
    String kind = file.audio && !file.video ? "audio/" : "video/";
    return kind + ("webm".equals(file.documentType) ? "webm" : "x-matroska");
  }

  /// Returns whether the tracks were found.
  private boolean walk(long from, long to, int depth) {
    long at = from;
    while (at < to && ++elements < MAX_ELEMENTS && !file.isEnd(at)) {
      int idLength = numberLength(at);
      int sizeLength = numberLength(at + idLength);
      if (idLength > 4 || sizeLength > 8) {
        return false;
      }
      long id = number(at, idLength, true);
      long size = number(at + idLength, sizeLength, false);
      long content = at + idLength + sizeLength;
      // All ones mean an unknown size, as in live recordings.
      boolean unknown = size == (1L << (7 * sizeLength)) - 1;
      long end = unknown || size > to - content ? to : content + size;
      if (id == CLUSTER && tracksAt > at) {
        // The tracks usually come before the media; otherwise the index has their position.
        at = tracksAt;
        continue;
      } else if (id == CLUSTER && unknown) {
        return false;
      } else if (depth < DEPTH && isParent(id)) {
        segment = id == SEGMENT ? content : segment;
        if (walk(content, end, depth + 1) || id == TRACKS) {
          return true;
        }
      } else {
        note(id, content, size, end);
      }
      at = end;
    }
    return false;
  }

  private void note(long id, long content, long size, long end) {
    if (id == DOC_TYPE) {
      documentType = file.latin1(content, Math.min(size, 16)).replace("\0", "");
    } else if (id == TRACK_TYPE) {
      int type = file.unsigned8(end - 1);
      video |= type == VIDEO;
      audio |= type == AUDIO;
    } else if (id == SEEK_ID) {
      sought = unsigned(content, size);
    } else if (id == SEEK_POSITION && sought == TRACKS) {
      tracksAt = segment + unsigned(content, size);
    }
  }

  private long unsigned(long at, long size) {
    long value = 0;
    for (int i = 0; i < Math.min(size, 7); i++) {
      value = value << 8 | file.unsigned8(at + i);
    }
    return value;
  }

  private static boolean isParent(long id) {
    return id == EBML
        || id == SEGMENT
        || id == SEEK_HEAD
        || id == SEEK
        || id == TRACKS
        || id == TRACK_ENTRY;
  }

  private int numberLength(long at) {
    return Integer.numberOfLeadingZeros(file.unsigned8(at)) - 23;
  }

  private long number(long at, int length, boolean keepMarker) {
    long value = file.unsigned8(at) & (keepMarker ? 0xff : 0xff >> length);
    for (int i = 1; i < length; i++) {
      value = value << 8 | file.unsigned8(at + i);
    }
    return value;
  }
}
