package parley.speech.decoding;

import java.util.List;

/// A compressed format that can be decoded while it arrives.
public enum StreamFormat {
  WEBM("matroska"),
  OGG("ogg"),
  MP3("mp3"),
  MP4("mov"),
  FLAC("flac"),
  AAC("aac"),
  /// Any format, detected from the content.
  ANY("");

  private final String demuxer;

  StreamFormat(String demuxer) {
    this.demuxer = demuxer;
  }

  /// Returns ffmpeg's input options. A named demuxer disables format detection.
  List<String> options() {
    return demuxer.isEmpty()
        ? List.of("-format_whitelist", AudioDecoder.FORMATS)
        : List.of("-f", demuxer);
  }
}
