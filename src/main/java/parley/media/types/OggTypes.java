package parley.media.types;

import parley.media.bytes.Head;

/// Ogg (RFC 3533): the first page of each stream starts with its codec's name.
final class OggTypes {
  /// The flag of a stream's first page; these come before all others.
  private static final int BEGINS = 2;

  private OggTypes() {}

  /// `video/ogg` or `audio/ogg`, depending on the codec (RFC 5334 and, for Opus, RFC 7845 section
  /// 9).
  static String type(Head head) {
    boolean audio = false;
    long at = 0;
    while (head.has(at, "OggS") && (head.unsigned8(at + 5) & BEGINS) != 0) {
      int segments = head.unsigned8(at + 26);
      long content = at + 27 + segments;
      if (head.has(content, "\u0080theora")
          || head.has(content, "\u0080daala")
          || head.has(content, "BBCD\0")
          || head.has(content, "OVP80")
          || head.has(content, "\u0001video")) {
        return "video/ogg";
      }
      // Indexes and subtitles are neither.
      audio |=
          !head.has(content, "fishead")
              && !head.has(content, "\u0080kate")
              && !head.has(content, "CMML");
      long length = 0;
      for (int i = 0; i < segments; i++) {
        length += head.unsigned8(at + 27 + i);
      }
      at = content + length;
    }
    return audio ? "audio/ogg" : "application/ogg";
  }
}
