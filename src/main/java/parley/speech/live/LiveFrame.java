package parley.speech.live;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.speech.Backend;
import parley.speech.SpeakerTag;
import parley.speech.transcript.Word;

/// The messages that a stream's client gets.
public sealed interface LiveFrame {
  private static double hundredths(double value) {
    return Math.round(value * 100) / 100.0;
  }

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
  /// @param words of a final caption where they are wanted and known
  /// @param agreed the beginning of the text that stays as it is until there is a final caption;
  ///   all of a final one
  /// @param lagMs milliseconds since the sound at `end` came
  record Delta(
      String type,
      String text,
      boolean isFinal,
      double start,
      double end,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double confidence,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SpeakerTag speaker,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Word> words,
      @JsonIgnore String agreed,
      long lagMs)
      implements LiveFrame {
    Delta(
        String text,
        boolean isFinal,
        double start,
        double end,
        @Nullable Double confidence,
        @Nullable SpeakerTag speaker,
        List<Word> words,
        String agreed,
        long lagMs) {
      this(
          "delta",
          text,
          isFinal,
          LiveFrame.hundredths(start),
          LiveFrame.hundredths(end),
          confidence == null ? null : LiveFrame.hundredths(confidence),
          speaker,
          words.stream().map(Delta::hundredths).toList(),
          agreed,
          lagMs);
    }

    private static Word hundredths(Word word) {
      return word.at(LiveFrame.hundredths(word.start()), LiveFrame.hundredths(word.end()));
    }
  }

  /// Somebody has begun to speak.
  ///
  /// @param at seconds of the stream, in hundredths
  record SpeechStarted(String type, double at) implements LiveFrame {
    SpeechStarted(double at) {
      this("speech_started", hundredths(at));
    }
  }

  /// Nobody has spoken for a while, though the final captions may still be missing.
  ///
  /// @param at when the speech ended: seconds of the stream, in hundredths
  record SpeechStopped(String type, double at) implements LiveFrame {
    SpeechStopped(double at) {
      this("speech_stopped", hundredths(at));
    }
  }

  /// Everything that was said since [SpeechStarted] has its final captions.
  ///
  /// @param at when the speech ended: seconds of the stream, in hundredths
  record UtteranceEnd(String type, double at) implements LiveFrame {
    UtteranceEnd(double at) {
      this("utterance_end", hundredths(at));
    }
  }

  /// Everything that was said before a flush has its final captions.
  record Flushed(String type) implements LiveFrame {
    Flushed() {
      this("flushed");
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
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Problem.Detail> details,
      @JsonIgnore Problem problem)
      implements LiveFrame {
    Failed(Problem problem) {
      this(
          "error",
          problem.code().code(Dialect.ECHO),
          problem.message(),
          problem.details(),
          problem);
    }
  }
}
