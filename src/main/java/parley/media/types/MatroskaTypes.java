package parley.media.types;

import org.jspecify.annotations.Nullable;

/// Matroska and WebM (RFC 8794 and RFC 9559): the document type tells one from the other, the
/// tracks tell sound from video.
final class MatroskaTypes {
  private static final long EBML = 0x1A45DFA3L;
  private static final long DOC_TYPE = 0x4282;
  private static final long SEGMENT = 0x18538067L;
  private static final long TRACKS = 0x1654AE6BL;
  private static final long TRACK_ENTRY = 0xAE;
  private static final long TRACK_TYPE = 0x83;
  private static final long CLUSTER = 0x1F43B675L;

  /// Segment, tracks, entry.
  private static final int DEPTH = 3;

  private static final int VIDEO = 1;
  private static final int AUDIO = 2;

  private final Head head;
  private @Nullable String documentType;
  private boolean video;
  private boolean audio;

  private MatroskaTypes(Head head) {
    this.head = head;
  }

  static String type(Head head) {
    MatroskaTypes file = new MatroskaTypes(head);
    file.walk(0, head.length(), 0);
    String kind = file.audio && !file.video ? "audio/" : "video/";
    return kind + ("webm".equals(file.documentType) ? "webm" : "x-matroska");
  }

  /// Every element takes at least two bytes, so that this ends.
  private void walk(long from, long to, int depth) {
    long at = from;
    while (at < to) {
      int idLength = numberLength(at);
      int sizeLength = numberLength(at + idLength);
      if (idLength > 4 || sizeLength > 8) {
        return;
      }
      long id = number(at, idLength, true);
      long size = number(at + idLength, sizeLength, false);
      long content = at + idLength + sizeLength;
      // All ones: of unknown size, as live recordings have it.
      boolean unknown = size == (1L << (7 * sizeLength)) - 1;
      long end = unknown || size > to - content ? to : content + size;
      if (id == CLUSTER) {
        return; // the tracks come before the media
      } else if (depth < DEPTH && isParent(id)) {
        walk(content, end, depth + 1);
      } else if (id == DOC_TYPE) {
        documentType = head.latin1(content, Math.min(size, 16)).replace("\0", "");
      } else if (id == TRACK_TYPE) {
        int type = head.unsigned8(end - 1);
        video |= type == VIDEO;
        audio |= type == AUDIO;
      }
      at = end;
    }
  }

  private static boolean isParent(long id) {
    return id == EBML || id == SEGMENT || id == TRACKS || id == TRACK_ENTRY;
  }

  private int numberLength(long at) {
    return Integer.numberOfLeadingZeros(head.unsigned8(at)) - 23;
  }

  private long number(long at, int length, boolean keepMarker) {
    long value = head.unsigned8(at) & (keepMarker ? 0xff : 0xff >> length);
    for (int i = 1; i < length; i++) {
      value = value << 8 | head.unsigned8(at + i);
    }
    return value;
  }
}
