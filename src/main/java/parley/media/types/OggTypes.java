package parley.media.types;

import parley.media.bytes.Head;

/// Ogg (RFC 3533): the first page of each stream begins with the name of its codec.
final class OggTypes {
  /// Flag of a page that begins a stream; all such pages come first.
  private static final int BEGINS = 2;

  private OggTypes() {}

  /// `video/ogg` or `audio/ogg`, whichever codec (RFC 5334 and, for Opus, RFC 7845 section 9).
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
      // An index and subtitles are neither.
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
