package parley.speech.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.speech.BackendPreference;
import parley.speech.transcript.Keyterms;
import parley.speech.transcript.Languages;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a client sends besides audio.
public sealed interface Control {
  /// Begins a stream.
  ///
  /// @param language ISO 639-1; null to have it detected
  /// @param maxWait seconds that a spoken word may wait for its caption
  /// @param interim whether partial captions are wanted
  /// @param words whether final captions have the times of their words
  /// @param utterancePause seconds without speech that end an utterance, of whose beginning and end
  ///   the client is told; null if it is not
  /// @param keyterms names and terms that are likely to be spoken
  /// @param prompt text that came before; null for none
  /// @param speakerFields the fields of [parley.speech.DiarisationOptions] that are there, as text
  record Open(
      SoundMedia media,
      @Nullable String language,
      double maxWait,
      BackendPreference preference,
      boolean interim,
      boolean words,
      @Nullable Double utterancePause,
      Keyterms keyterms,
      @Nullable String prompt,
      Map<String, String> speakerFields)
      implements Control {
    public Open {
      speakerFields = Map.copyOf(speakerFields);
    }

    /// Whether text is all that is wanted: neither the times of words nor who says them, and
    /// nothing is known beforehand.
    boolean isPlain() {
      return !words && keyterms.isEmpty() && prompt == null && speakerFields.isEmpty();
    }
  }

  /// Asks for the final captions of what was said so far, which are followed by
  /// [LiveFrame.Flushed].
  ///
  /// @param exactly false to listen a moment longer to who has just begun to speak, since half a
  ///   word is hard to understand
  record Flush(boolean exactly) implements Control {}

  /// Asks for the final captions of everything and the end of the stream, after which the
  /// connection can open another one.
  record End() implements Control {}

  /// Keeps a silent stream open.
  record KeepAlive() implements Control {}

  /// Asks for the final captions of everything, and the end of the connection.
  record Close() implements Control {}

  /// Bounds of the maximum wait that a client may ask for, in seconds, and the default.
  double MIN_WAIT = 0.5;

  double MAX_WAIT = 60;
  double DEFAULT_WAIT = 5;

  /// Seconds without speech that end an utterance, unless a dialect says otherwise. In a shorter
  /// pause somebody may just think.
  double UTTERANCE_PAUSE = 0.7;

  /// What says how speakers are distinguished.
  List<String> SPEAKER_FIELDS =
      List.of("diarize", "speakers", "num_speakers", "min_speakers", "max_speakers");

  /// Reads a control message.
  ///
  /// @return empty when it is none: no JSON object, or one of no known `type`
  /// @throws Problem VALIDATION when it is one, with a field that does not fit
  static Optional<Control> read(String text) {
    JsonNode json;
    try {
      json = JsonMapper.shared().readTree(text);
    } catch (JacksonException notJson) {
      return Optional.empty();
    }
    // Deepgram's clients write `KeepAlive`.
    return switch (json.path("type").asString("").toLowerCase(Locale.ROOT)) {
      case "open" -> Optional.of(open(json));
      case "flush" -> Optional.of(new Flush(false));
      case "keepalive", "keep_alive" -> Optional.of(new KeepAlive());
      case "close" -> Optional.of(new Close());
      default -> Optional.empty();
    };
  }

  private static Open open(JsonNode json) {
    return new Open(
        SoundMedia.of(
            text(json, "media_type").orElseThrow(() -> Problem.invalid("media_type", "is missing")),
            whole(json, "sample_rate"),
            channels(json)),
        Languages.normal(text(json, "language_hint").orElse(null), "language_hint"),
        wait(json.path("chunk_seconds")),
        BackendPreference.parse(text(json, "backend_preference")),
        flag(json, "interim", true),
        flag(json, "words", false),
        flag(json, "events", false) ? UTTERANCE_PAUSE : null,
        keyterms(json.path(Keyterms.FIELD)),
        null,
        speakerFields(json));
  }

  private static Keyterms keyterms(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return Keyterms.NONE;
    }
    List<String> terms = new ArrayList<>();
    for (JsonNode term : value.isArray() ? value.values() : List.of(value)) {
      if (!term.isString()) {
        throw Problem.invalid(Keyterms.FIELD, "is a list of texts");
      }
      terms.add(term.asString());
    }
    return Keyterms.parse(terms);
  }

  private static Map<String, String> speakerFields(JsonNode json) {
    Map<String, String> fields = new HashMap<>();
    for (String name : SPEAKER_FIELDS) {
      JsonNode value = json.path(name);
      if (!value.isMissingNode() && !value.isNull()) {
        fields.put(name, value.isValueNode() ? value.asString() : value.toString());
      }
    }
    return fields;
  }

  /// How many channels there are. For recordings the field has another meaning besides.
  private static Optional<Integer> channels(JsonNode json) {
    return switch (json.path("channels").asString("")) {
      case "separate" ->
          throw Problem.invalid(
              "channels",
              "can be separate for recordings only: captions of each channel are a stream of"
                  + " their own");
      case "mixed" -> Optional.empty();
      default -> whole(json, "channels");
    };
  }

  private static double wait(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return DEFAULT_WAIT;
    }
    // What no double can hold, such as a whole number of 400 digits, is NaN as well.
    double seconds = value.isNumber() ? value.asDouble(Double.NaN) : Double.NaN;
    if (!(seconds >= MIN_WAIT && seconds <= MAX_WAIT)) {
      throw Problem.invalid("chunk_seconds", "is a number from 0.5 to 60");
    }
    return seconds;
  }

  private static Optional<String> text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw Problem.invalid(field, "is a text");
    }
    return Optional.of(value.asString());
  }

  private static Optional<Integer> whole(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw Problem.invalid(field, "is a whole number");
    }
    return Optional.of(value.asInt());
  }

  private static boolean flag(JsonNode json, String field, boolean otherwise) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw Problem.invalid(field, "is true or false");
    }
    return value.asBoolean();
  }
}
