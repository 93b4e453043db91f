package parley.speech.realtime;

import parley.speech.decoding.PcmFormat;

/// The audio that a session may carry; always one channel.
enum AudioFormat {
  PCM("audio/pcm", "pcm16", PcmFormat.Encoding.S16, 24_000, 2),
  MU_LAW("audio/pcmu", "g711_ulaw", PcmFormat.Encoding.MU_LAW, 8_000, 1),
  A_LAW("audio/pcma", "g711_alaw", PcmFormat.Encoding.A_LAW, 8_000, 1);

  private final String mediaType;
  private final String betaName;
  private final PcmFormat.Encoding encoding;
  private final int rate;
  private final int sampleBytes;

  AudioFormat(
      String mediaType, String betaName, PcmFormat.Encoding encoding, int rate, int sampleBytes) {
    this.mediaType = mediaType;
    this.betaName = betaName;
    this.encoding = encoding;
    this.rate = rate;
    this.sampleBytes = sampleBytes;
  }

  String mediaType() {
    return mediaType;
  }

  String betaName() {
    return betaName;
  }

  /// Samples per second.
  int rate() {
    return rate;
  }

  PcmFormat samples() {
    return new PcmFormat(encoding, rate, 1);
  }

  /// The duration of this many bytes, in seconds.
  double seconds(long bytes) {
    return bytes / (double) (rate * sampleBytes);
  }

  static AudioFormat ofMediaType(String name, String parameter) throws BadEvent {
    for (AudioFormat format : values()) {
      if (format.mediaType.equals(name)) {
        return format;
      }
    }
    throw BadEvent.value(parameter, "is audio/pcm, audio/pcmu or audio/pcma");
  }

  static AudioFormat ofBetaName(String name, String parameter) throws BadEvent {
    for (AudioFormat format : values()) {
      if (format.betaName.equals(name)) {
        return format;
      }
    }
    throw BadEvent.value(parameter, "is pcm16, g711_ulaw or g711_alaw");
  }
}
