package parley.speech.live;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.decoding.PcmFormat;
import parley.speech.decoding.StreamFormat;

/// The format of a stream's audio.
public sealed interface SoundMedia {
  /// Samples without any header.
  record Bare(PcmFormat format) implements SoundMedia {}

  /// A WAV file.
  record Wav() implements SoundMedia {}

  /// Something compressed.
  record Compressed(StreamFormat format) implements SoundMedia {}

  /// Samples per second of G.711.
  int TELEPHONE_RATE = 8000;

  /// Finds the format that a media type names.
  ///
  /// @param mediaType as in `audio/l16;rate=16000;channels=1`; parameters of other types are
  ///   ignored
  /// @throws Problem UNSUPPORTED_MEDIA for a type that is not known, VALIDATION for bare samples
  ///   without their rate
  static SoundMedia of(String mediaType, Optional<Integer> rate, Optional<Integer> channels) {
    String[] parts = mediaType.toLowerCase(Locale.ROOT).split(";");
    return switch (parts[0].strip()) {
      case "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave" -> new Wav();
      case "audio/l16", "audio/pcm", "audio/x-pcm" ->
          bare(
              PcmFormat.Encoding.S16,
              parts,
              rate,
              channels,
              () -> {
                throw Problem.invalid("sample_rate", "is needed for samples without a header");
              });
      // Their rate is 8,000 unless it is given (RFC 3551, section 4.5.14).
      case "audio/pcmu", "audio/x-mulaw", "audio/mulaw", "audio/basic" ->
          bare(PcmFormat.Encoding.MU_LAW, parts, rate, channels, () -> TELEPHONE_RATE);
      case "audio/pcma", "audio/x-alaw", "audio/alaw" ->
          bare(PcmFormat.Encoding.A_LAW, parts, rate, channels, () -> TELEPHONE_RATE);
      case "audio/webm", "video/webm" -> new Compressed(StreamFormat.WEBM);
      case "audio/ogg", "audio/opus", "application/ogg" -> new Compressed(StreamFormat.OGG);
      case "audio/mpeg", "audio/mp3" -> new Compressed(StreamFormat.MP3);
      case "audio/mp4", "audio/x-m4a", "audio/m4a", "video/mp4" -> new Compressed(StreamFormat.MP4);
      case "audio/flac", "audio/x-flac" -> new Compressed(StreamFormat.FLAC);
      case "audio/aac" -> new Compressed(StreamFormat.AAC);
      default ->
          throw new Problem(
                  ProblemCode.UNSUPPORTED_MEDIA,
                  "'media_type' is audio/wav, audio/l16, audio/pcm, audio/pcmu, audio/pcma,"
                      + " audio/webm, audio/ogg, audio/mpeg, audio/mp4, audio/flac or audio/aac.")
              .at("media_type");
    };
  }

  private static Bare bare(
      PcmFormat.Encoding encoding,
      String[] parts,
      Optional<Integer> rate,
      Optional<Integer> channels,
      Supplier<Integer> usualRate) {
    Map<String, Integer> parameters = new HashMap<>();
    for (int i = 1; i < parts.length; i++) {
      String[] pair = parts[i].split("=", 2);
      if (pair.length == 2 && pair[1].strip().matches("[0-9]{1,6}")) {
        parameters.put(pair[0].strip(), Integer.valueOf(pair[1].strip()));
      }
    }
    Integer hertz = rate.orElse(parameters.get("rate"));
    int sides = channels.orElse(parameters.getOrDefault("channels", 1));
    return new Bare(new PcmFormat(encoding, hertz == null ? usualRate.get() : hertz, sides));
  }
}
