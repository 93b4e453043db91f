package parley.speech.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.speech.Backend;
import parley.speech.SpeakerTag;

/// The messages that a stream's client gets.
sealed interface LiveFrame {
  /// The stream is open.
  record Ready(String type, Backend backendUsed, String model, String streamId)
      implements LiveFrame {
    Ready(Backend backend, String model, UUID stream) {
      this("ready", backend, model, stream.toString());
    }
  }

  /// A caption. A partial one replaces the partial one before; a final one stays.
  ///
  /// @param start seconds of the stream, in hundredths, as `end`
  /// @param confidence 0 to 1; null of partial captions, and where the recogniser tells none
  /// @param speaker of a final caption where speakers are distinguished; else null
  /// @param lagMs milliseconds since the sound at `end` came
  record Delta(
      String type,
      String text,
      boolean isFinal,
      double start,
      double end,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double confidence,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SpeakerTag speaker,
      long lagMs)
      implements LiveFrame {
    Delta(
        String text,
        boolean isFinal,
        double start,
        double end,
        @Nullable Double confidence,
        @Nullable SpeakerTag speaker,
        long lagMs) {
      this(
          "delta",
          text,
          isFinal,
          hundredths(start),
          hundredths(end),
          confidence == null ? null : hundredths(confidence),
          speaker,
          lagMs);
    }

    private static double hundredths(double value) {
      return Math.round(value * 100) / 100.0;
    }
  }

  /// A label turned out to be an enrolled speaker; sent once for each, before the first final
  /// caption that names them.
  record Speaker(String type, String label, SpeakerTag speaker) implements LiveFrame {
    Speaker(String label, SpeakerTag speaker) {
      this("speaker", label, speaker);
    }
  }

  /// All is well and over.
  record Closed(
      String type, long audioBytes, long audioDurationMs, @Nullable String languageDetected)
      implements LiveFrame {
    Closed(long audioBytes, Duration audio, @Nullable String language) {
      this("closed", audioBytes, audio.toMillis(), language);
    }
  }

  /// It is over because of this.
  record Failed(
      String type,
      String code,
      String message,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Problem.Detail> details)
      implements LiveFrame {
    Failed(Problem problem) {
      this("error", problem.code().code(Dialect.ECHO), problem.message(), problem.details());
    }
  }
}
