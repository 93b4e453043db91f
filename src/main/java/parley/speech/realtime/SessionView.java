package parley.speech.realtime;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A session's configuration as its client sees it, in both versions of the protocol.
sealed interface SessionView {
  String OBJECT = "realtime.transcription_session";

  /// Of the current protocol.
  record Current(
      String type,
      String object,
      String id,
      long expiresAt,
      @Nullable List<String> include,
      Audio audio)
      implements SessionView {}

  record Audio(Input input) {}

  record Input(
      Format format,
      @Nullable Transcription transcription,
      @Nullable Noise noiseReduction,
      @Nullable Turns turnDetection) {}

  record Format(String type, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer rate) {}

  record Transcription(
      @Nullable String model,
      @Nullable String language,
      @Nullable String prompt,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> keywords) {}

  record Noise(String type) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Turns(
      String type,
      @Nullable Double threshold,
      @Nullable Long prefixPaddingMs,
      @Nullable Long silenceDurationMs,
      @Nullable String eagerness) {}

  /// Of the beta protocol.
  record Beta(
      String object,
      String id,
      long expiresAt,
      @Nullable List<String> include,
      String inputAudioFormat,
      @Nullable Transcription inputAudioTranscription,
      @Nullable Noise inputAudioNoiseReduction,
      @Nullable Turns turnDetection,
      @Nullable Object clientSecret)
      implements SessionView {}

  /// The view of a session's settings.
  ///
  /// @param expiresAt seconds since 1970
  static SessionView of(RealtimeSettings settings, String id, long expiresAt, boolean beta) {
    List<String> include = settings.include().isEmpty() ? null : settings.include();
    Transcription transcription =
        settings.model() == null
                && settings.language() == null
                && settings.prompt() == null
                && settings.keywords().isEmpty()
            ? null
            : new Transcription(
                settings.model(),
                settings.language(),
                settings.prompt(),
                settings.keywords().terms());
    Noise noise = settings.noiseReduction() == null ? null : new Noise(settings.noiseReduction());
    Turns turns = turns(settings.detection());
    AudioFormat format = settings.format();
    return beta
        ? new Beta(
            OBJECT, id, expiresAt, include, format.betaName(), transcription, noise, turns, null)
        : new Current(
            "transcription",
            OBJECT,
            id,
            expiresAt,
            include,
            new Audio(
                new Input(
                    new Format(
                        format.mediaType(), format == AudioFormat.PCM ? format.rate() : null),
                    transcription,
                    noise,
                    turns)));
  }

  private static @Nullable Turns turns(TurnDetection detection) {
    if (detection.isManual()) {
      return null;
    }
    return detection.eagerness() == null
        ? new Turns(
            detection.type(),
            detection.threshold(),
            detection.prefixPaddingMs(),
            detection.silenceDurationMs(),
            null)
        : new Turns(detection.type(), null, null, null, detection.eagerness());
  }
}
