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
  /// Whatever it turns out to be.
  ANY("");

  private final String demuxer;

  StreamFormat(String demuxer) {
    this.demuxer = demuxer;
  }

  /// What ffmpeg is told of it: by its name, nothing else in the bytes is believed.
  List<String> options() {
    return demuxer.isEmpty()
        ? List.of("-format_whitelist", AudioDecoder.FORMATS)
        : List.of("-f", demuxer);
  }
}
