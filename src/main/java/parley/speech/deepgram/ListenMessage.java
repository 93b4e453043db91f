package parley.speech.deepgram;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.json.Json;

/// What the client of a stream gets.
sealed interface ListenMessage {
  /// What is said.
  ///
  /// @param isFinal whether the text stays as it is
  /// @param speechFinal whether somebody has finished speaking
  /// @param fromFinalize whether everything before a `Finalize` is there now
  record Results(
      String type,
      List<Integer> channelIndex,
      double duration,
      double start,
      boolean isFinal,
      boolean speechFinal,
      boolean fromFinalize,
      Channel channel,
      ResultsMetadata metadata)
      implements ListenMessage {
    Results(
        double start,
        double end,
        boolean isFinal,
        boolean speechFinal,
        boolean fromFinalize,
        Alternative alternative,
        ResultsMetadata metadata) {
      this(
          "Results",
          List.of(0, 1),
          Math.round((end - start) * 100) / 100.0,
          start,
          isFinal,
          speechFinal,
          fromFinalize,
          new Channel(List.of(alternative)),
          metadata);
    }
  }

  record Channel(List<Alternative> alternatives) {}

  record Alternative(String transcript, double confidence, List<WordAnswer> words) {}

  record ResultsMetadata(String requestId, ModelInfo modelInfo, String modelUuid) {}

  /// Nothing was said for a while.
  record UtteranceEnd(String type, List<Integer> channel, double lastWordEnd)
      implements ListenMessage {
    UtteranceEnd(double lastWordEnd) {
      this("UtteranceEnd", List.of(0, 1), lastWordEnd);
    }
  }

  record SpeechStarted(String type, List<Integer> channel, double timestamp)
      implements ListenMessage {
    SpeechStarted(double timestamp) {
      this("SpeechStarted", List.of(0, 1), timestamp);
    }
  }

  /// The last message of a stream.
  ///
  /// @param sha256 of the audio, in hexadecimal
  /// @param models the keys of `modelInfo`
  record Metadata(
      String type,
      String transactionKey,
      String requestId,
      String sha256,
      Instant created,
      double duration,
      int channels,
      List<String> models,
      Map<String, ModelInfo> modelInfo)
      implements ListenMessage {
    /// @param model null if no audio came
    Metadata(
        String requestId,
        String sha256,
        Instant created,
        double duration,
        @Nullable ModelInfo model) {
      this(
          "Metadata",
          "deprecated",
          requestId,
          sha256,
          created,
          duration,
          1,
          model == null ? List.of() : List.of(model.uuid()),
          model == null ? Map.of() : Map.of(model.uuid(), model));
    }
  }

  /// Something went wrong.
  ///
  /// @param message what the client sent, if that is to blame
  record Failure(
      String type,
      String variant,
      String description,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String message)
      implements ListenMessage {
    Failure(String variant, String description, @Nullable String message) {
      this("Error", variant, description, message);
    }
  }

  /// The client's wish to change the stream cannot be granted.
  record ConfigureFailure(String type, String requestId, String code, String description)
      implements ListenMessage {
    ConfigureFailure(String requestId) {
      this(
          "ConfigureFailure",
          requestId,
          "CONFIGURE_KEYTERMS_NOT_SUPPORTED",
          "A stream keeps the configuration that it began with.");
    }
  }

  default String json() {
    return Json.write(this);
  }
}
