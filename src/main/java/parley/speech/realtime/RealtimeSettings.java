package parley.speech.realtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.speech.BackendPreference;
import parley.speech.live.Control;
import parley.speech.live.SoundMedia;
import parley.speech.transcript.Keyterms;
import parley.speech.transcript.Languages;
import tools.jackson.databind.JsonNode;

/// The configuration of a session. What has no meaning here, such as noise reduction, is accepted
/// and shown as it was set.
///
/// @param language ISO 639-1; null to detect it
/// @param model as the client names it; null if it names none
/// @param keywords names and terms that are likely to be spoken
/// @param noiseReduction null for none
/// @param turns null until the client says how turns are detected
record RealtimeSettings(
    AudioFormat format,
    @Nullable String language,
    @Nullable String model,
    @Nullable String prompt,
    Keyterms keywords,
    @Nullable String noiseReduction,
    @Nullable TurnDetection turns,
    List<String> include) {
  /// Models of OpenAI that write while somebody speaks and leave it to the client to say when a
  /// turn has ended. All models are the same here, but their users expect this.
  private static final List<String> STREAMING_MODELS =
      List.of("gpt-realtime-whisper", "gpt-live-transcribe");

  private static final String INPUT = "session.audio.input.";
  private static final int MAX_LANGUAGES = 100;
  private static final int MAX_INCLUDED = 10;

  RealtimeSettings {
    include = List.copyOf(include);
  }

  /// How a new session is configured.
  ///
  /// @param model null if the client named none
  static RealtimeSettings initial(@Nullable String model) {
    return new RealtimeSettings(
        AudioFormat.PCM, null, model, null, Keyterms.NONE, null, null, List.of());
  }

  /// Whether the client says when a turn has ended.
  boolean isManual() {
    return detection().isManual();
  }

  /// Whether the text of audio is shown before it is committed.
  boolean showsUncommitted() {
    return !isManual() || isStreamingModel();
  }

  private boolean isStreamingModel() {
    return model != null && STREAMING_MODELS.stream().anyMatch(model::startsWith);
  }

  /// How turns are detected.
  TurnDetection detection() {
    if (turns != null) {
      return turns;
    }
    return isStreamingModel() ? TurnDetection.MANUAL : TurnDetection.USUAL;
  }

  /// Whether a stream that was opened with these settings also does for others.
  boolean opensTheSameAs(RealtimeSettings other) {
    return open().equals(other.open());
  }

  /// What opens the stream.
  Control.Open open() {
    SoundMedia media = new SoundMedia.Bare(format.samples());
    return new Control.Open(
        media,
        language,
        Control.DEFAULT_WAIT,
        BackendPreference.ANY,
        true,
        false,
        detection().pauseSeconds(),
        keywords,
        prompt == null || prompt.isBlank() ? null : prompt,
        Map.of());
  }

  /// Changes what a `session.update` names.
  RealtimeSettings updated(JsonNode session) throws BadEvent {
    requireTranscription(session);
    JsonNode input = session.path("audio").path("input");
    Fields fields = new Fields(input, INPUT);
    AudioFormat changed = format;
    JsonNode type = input.path("format").path("type");
    if (!type.isMissingNode()) {
      changed = AudioFormat.ofMediaType(type.asString(""), INPUT + "format.type");
      JsonNode rate = input.path("format").path("rate");
      if (!rate.isMissingNode() && !rate.isNull() && rate.asInt(0) != changed.rate()) {
        throw BadEvent.value(INPUT + "format.rate", "is " + changed.rate() + " for this format");
      }
    }
    return updated(session, fields, changed, "transcription", "noise_reduction");
  }

  /// Changes what a `transcription_session.update` of the beta protocol names.
  RealtimeSettings updatedByBeta(JsonNode session) throws BadEvent {
    Fields fields = new Fields(session, "session.");
    JsonNode named = session.path("input_audio_format");
    AudioFormat changed =
        named.isMissingNode()
            ? format
            : AudioFormat.ofBetaName(named.asString(""), "session.input_audio_format");
    return updated(
        session, fields, changed, "input_audio_transcription", "input_audio_noise_reduction");
  }

  private RealtimeSettings updated(
      JsonNode session, Fields fields, AudioFormat newFormat, String transcription, String noise)
      throws BadEvent {
    String newLanguage = language;
    String newModel = model;
    String newPrompt = prompt;
    Keyterms newKeywords = keywords;
    if (fields.isNull(transcription)) {
      newLanguage = null;
      newPrompt = null;
      newKeywords = Keyterms.NONE;
    } else {
      Fields wishes = fields.object(transcription);
      newLanguage = wishes.languageOr(language);
      newModel = wishes.textOr("model", model);
      newPrompt = wishes.textOr("prompt", prompt);
      newKeywords = wishes.keywordsOr(keywords);
    }
    String newNoise =
        fields.has(noise) ? fields.object(noise).textOr("type", null) : noiseReduction;
    TurnDetection newTurns = turns;
    if (fields.isNull("turn_detection")) {
      newTurns = TurnDetection.MANUAL;
    } else if (fields.has("turn_detection")) {
      newTurns = TurnDetection.of(fields.object("turn_detection"), detection());
    }
    return new RealtimeSettings(
        newFormat,
        newLanguage,
        newModel,
        newPrompt,
        newKeywords,
        newNoise,
        newTurns,
        included(session));
  }

  private List<String> included(JsonNode session) throws BadEvent {
    JsonNode items = session.path("include");
    if (items.isMissingNode()) {
      return include;
    }
    List<String> included = new ArrayList<>();
    for (JsonNode item : items) {
      included.add(item.asString(""));
    }
    if (included.size() > MAX_INCLUDED
        || !Set.of("item.input_audio_transcription.logprobs").containsAll(included)) {
      throw BadEvent.value(
          "session.include", "may contain item.input_audio_transcription.logprobs");
    }
    return included;
  }

  private static void requireTranscription(JsonNode session) throws BadEvent {
    String type = session.path("type").asString("transcription");
    if (!type.equals("transcription")) {
      throw BadEvent.value("session.type", "is transcription: this server does not converse");
    }
  }

  /// The fields of an object, with their path for error messages.
  record Fields(JsonNode object, String path) {
    boolean has(String name) {
      return object.has(name);
    }

    boolean isNull(String name) {
      return object.path(name).isNull();
    }

    Fields object(String name) throws BadEvent {
      JsonNode inner = object.path(name);
      if (!inner.isMissingNode() && !inner.isNull() && !inner.isObject()) {
        throw BadEvent.value(path + name, "is an object");
      }
      return new Fields(inner, path + name + ".");
    }

    @Nullable String textOr(String name, @Nullable String otherwise) throws BadEvent {
      JsonNode value = object.path(name);
      if (value.isMissingNode()) {
        return otherwise;
      }
      if (!value.isString() && !value.isNull()) {
        throw BadEvent.value(path + name, "is a string");
      }
      return value.isNull() ? null : value.asString();
    }

    double numberOr(String name, double otherwise, double min, double max) throws BadEvent {
      JsonNode value = object.path(name);
      if (value.isMissingNode() || value.isNull()) {
        return otherwise;
      }
      // What no double can hold, such as a whole number of 400 digits, is NaN as well.
      double number = value.isNumber() ? value.asDouble(Double.NaN) : Double.NaN;
      if (!(number >= min && number <= max)) {
        throw BadEvent.value(
            path + name, "is a number from %s to %s".formatted((long) min, (long) max));
      }
      return number;
    }

    Keyterms keywordsOr(Keyterms otherwise) throws BadEvent {
      JsonNode words = object.path("keywords");
      if (words.isMissingNode()) {
        return otherwise;
      }
      List<String> terms = new ArrayList<>();
      for (JsonNode word : words) {
        terms.add(word.asString(""));
      }
      try {
        return Keyterms.parse(terms);
      } catch (Problem bad) {
        throw BadEvent.value(
            path + "keywords",
            "has at most %d terms of %d characters"
                .formatted(Keyterms.MAX_TERMS, Keyterms.MAX_LENGTH));
      }
    }

    /// The language that `language` or a single one in `languages` names.
    @Nullable String languageOr(@Nullable String otherwise) throws BadEvent {
      try {
        if (object.path("languages").isArray()) {
          JsonNode languages = object.path("languages");
          if (languages.size() > MAX_LANGUAGES) {
            throw BadEvent.value(path + "languages", "has too many values");
          }
          List<String> known = new ArrayList<>();
          for (JsonNode language : languages) {
            String code = Languages.normal(language.asString("?"), path + "languages");
            if (code != null) {
              known.add(code);
            }
          }
          return known.size() == 1 ? known.getFirst() : null;
        }
        return has("language")
            ? Languages.normal(textOr("language", null), path + "language")
            : otherwise;
      } catch (Problem unknown) {
        throw BadEvent.of(unknown);
      }
    }
  }
}
