package parley.speech.realtime;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.json.Json;

/// The messages of the server. Field for field those of OpenAI:
/// https://platform.openai.com/docs/api-reference/realtime-server-events
sealed interface ServerEvent {
  /// The value of `type`.
  String type();

  /// The event as a message, with an id of its own.
  default String json() {
    return Json.write(new Envelope(type(), id("event_"), this));
  }

  /// A new id, as OpenAI writes them.
  static String id(String prefix) {
    return prefix + UUID.randomUUID().toString().replace("-", "").substring(0, 21);
  }

  record Envelope(String type, String eventId, @JsonUnwrapped ServerEvent event) {}

  /// The configuration of the session, at the beginning and after each change.
  record Session(@JsonIgnore String type, Object session) implements ServerEvent {}

  /// Somebody began to speak.
  record SpeechStarted(String itemId, long audioStartMs) implements ServerEvent {
    @Override
    public String type() {
      return "input_audio_buffer.speech_started";
    }
  }

  /// Somebody stopped speaking.
  record SpeechStopped(String itemId, long audioEndMs) implements ServerEvent {
    @Override
    public String type() {
      return "input_audio_buffer.speech_stopped";
    }
  }

  /// The buffered audio has become an item.
  record Committed(String itemId, @Nullable String previousItemId) implements ServerEvent {
    @Override
    public String type() {
      return "input_audio_buffer.committed";
    }
  }

  /// The buffered audio has been dropped.
  record Cleared() implements ServerEvent {
    @Override
    public String type() {
      return "input_audio_buffer.cleared";
    }
  }

  /// An item exists.
  ///
  /// @param type `conversation.item.added`, `.done` or, in the beta protocol, `.created`
  record ItemEvent(@JsonIgnore String type, @Nullable String previousItemId, Item item)
      implements ServerEvent {}

  /// A message of the user, which consists of audio.
  record Item(
      String id, String object, String type, String status, String role, List<Content> content) {
    static Item audio(String id) {
      return new Item(
          id,
          "realtime.item",
          "message",
          "completed",
          "user",
          List.of(new Content("input_audio", null)));
    }
  }

  record Content(String type, @Nullable String transcript) {}

  /// More text of an item.
  record Delta(String itemId, int contentIndex, String delta, @Nullable Object logprobs)
      implements ServerEvent {
    Delta(String itemId, String delta) {
      this(itemId, 0, delta, null);
    }

    @Override
    public String type() {
      return "conversation.item.input_audio_transcription.delta";
    }
  }

  /// The whole text of an item.
  record Completed(
      String itemId, int contentIndex, String transcript, @Nullable Object logprobs, Usage usage)
      implements ServerEvent {
    Completed(String itemId, String transcript, double seconds) {
      this(itemId, 0, transcript, null, new Usage("duration", seconds));
    }

    @Override
    public String type() {
      return "conversation.item.input_audio_transcription.completed";
    }
  }

  /// What an item cost.
  ///
  /// @param seconds of audio
  record Usage(String type, double seconds) {}

  /// An item gets no text.
  record Failed(String itemId, int contentIndex, ErrorDetail error) implements ServerEvent {
    Failed(String itemId, ErrorDetail error) {
      this(itemId, 0, error);
    }

    @Override
    public String type() {
      return "conversation.item.input_audio_transcription.failed";
    }
  }

  /// Something went wrong.
  record Failure(ErrorDetail error) implements ServerEvent {
    @Override
    public String type() {
      return "error";
    }
  }

  /// What went wrong.
  ///
  /// @param eventId the client's name of the event that is to blame
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ErrorDetail(
      String type, String code, String message, @Nullable String param, @Nullable String eventId) {}
}
