package parley.speech.realtime;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A message of the client.
///
/// @param eventId the client's name for it; null if it has none
record ClientEvent(String type, @Nullable String eventId, JsonNode json) {
  static final String APPEND = "input_audio_buffer.append";

  private static final int MAX_EVENT_ID = 512;

  /// Reads a message.
  ///
  /// @throws BadEvent if it is no JSON object
  static ClientEvent of(String message) throws BadEvent {
    JsonNode json;
    try {
      json = JsonMapper.shared().readTree(message);
    } catch (JacksonException notJson) {
      throw new BadEvent("invalid_json", "The message is not JSON.", null);
    }
    if (!json.isObject()) {
      throw new BadEvent("invalid_json", "The message is not a JSON object.", null);
    }
    String id = json.path("event_id").asString("");
    return new ClientEvent(
        json.path("type").asString(""),
        id.isEmpty() || id.length() > MAX_EVENT_ID ? null : id,
        json);
  }
}
