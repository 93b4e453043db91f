package parley.speech.deepgram;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.problem.Problem;
import parley.speech.BackendPreference;
import parley.speech.DiarisationOptions;
import parley.speech.live.Control;
import parley.speech.live.SoundMedia;

/// What the handshake of a stream asks for.
///
/// @param media null for a container, which is recognised by its first bytes
/// @param interim whether partial results are wanted
/// @param endpointing seconds of silence after which somebody has finished speaking; null if the
///   client does not want to know
/// @param utteranceEnd seconds without words after which `UtteranceEnd` is sent; null for never
/// @param speechEvents whether the client is told when somebody begins to speak
record LiveListenOptions(
    ListenOptions common,
    @Nullable SoundMedia media,
    boolean interim,
    @Nullable Double endpointing,
    @Nullable Double utteranceEnd,
    boolean speechEvents) {
  /// Deepgram's clients ask for 10 ms and the like, within which nobody can know. Shorter pauses
  /// are made in the middle of words.
  private static final double MIN_PAUSE = 0.3;

  private static final int MAX_MILLIS = 60_000;

  /// Parses the query of a handshake.
  ///
  /// @throws parley.problem.Problem PERMISSION_DENIED for a caller who may not have speakers
  ///   distinguished, and as [ListenOptions#parse]
  static LiveListenOptions parse(ListenIntake query, Caller caller) {
    ListenOptions common = ListenOptions.parse(query);
    if (common.multichannel()) {
      throw Problem.badRequest(
          "multichannel", "is possible for recordings only: open a stream for each channel");
    }
    if (common.diarizes()) {
      DiarisationOptions.parse(
          caller, name -> Optional.ofNullable(name.equals("diarize") ? "true" : null));
    }
    query.flag("no_delay");
    boolean interim = query.flag("interim_results");
    Optional<Double> utteranceEnd = query.number("utterance_end_ms", 1000, MAX_MILLIS);
    if (utteranceEnd.isPresent() && !interim) {
      throw Problem.badRequest("utterance_end_ms", "needs interim_results");
    }
    return new LiveListenOptions(
        common,
        media(query),
        interim,
        endpointing(query),
        utteranceEnd.map(millis -> millis / 1000).orElse(null),
        query.flag("vad_events"));
  }

  /// The request for the stream.
  ///
  /// @param detected what the media turned out to be
  Control.Open open(SoundMedia detected) {
    return new Control.Open(
        detected,
        common.language(),
        Control.DEFAULT_WAIT,
        BackendPreference.ANY,
        interim,
        true,
        utterancePause(),
        common.keyterms(),
        null,
        common.diarizes() ? Map.of("diarize", "true") : Map.of());
  }

  private @Nullable Double utterancePause() {
    if (endpointing != null) {
      return Math.max(MIN_PAUSE, endpointing);
    }
    return utteranceEnd != null || speechEvents ? Control.UTTERANCE_PAUSE : null;
  }

  private static @Nullable Double endpointing(ListenIntake query) {
    String value = query.text("endpointing").orElse("true");
    if (value.equalsIgnoreCase("true")) {
      return MIN_PAUSE;
    }
    return value.equalsIgnoreCase("false")
        ? null
        : query.number("endpointing", 0, MAX_MILLIS).map(millis -> millis / 1000).orElse(null);
  }

  private static @Nullable SoundMedia media(ListenIntake query) {
    Optional<Integer> rate = query.whole("sample_rate", 1_000_000);
    Optional<Integer> channels = query.whole("channels", 100);
    Optional<String> encoding =
        query.oneOf("encoding", List.of("linear16", "mulaw", "alaw", "flac", "opus", "ogg-opus"));
    return encoding
        .map(name ->
            switch (name) {
              case "linear16" -> "audio/l16";
              case "mulaw" -> "audio/pcmu";
              case "alaw" -> "audio/pcma";
              case "flac" -> "audio/flac";
              default -> "audio/ogg";
            })
        .map(type -> SoundMedia.of(type, rate, channels))
        .orElse(null);
  }
}
