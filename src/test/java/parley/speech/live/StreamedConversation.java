package parley.speech.live;

import java.io.IOException;
import java.util.List;
import parley.speech.diarisation.Conversation;
import parley.speech.diarisation.SpeakerTurn;
import tools.jackson.databind.JsonNode;

/// Conversations as a client of live captions sends and hears them.
final class StreamedConversation {
  /// How such sound is opened.
  static final String BARE =
      "\"media_type\":\"audio/l16\",\"sample_rate\":16000,\"language_hint\":\"en\"";

  /// The same with speakers.
  static final String DIARIZED = BARE + ",\"diarize\":true";

  /// The person whom `Voices.enrol` enrols, in another recording.
  static final String ALICE = "ls-1688-142285-0001.flac";

  private StreamedConversation() {}

  /// Three people, one of whom comes back: 26 s. Alice speaks first.
  static Conversation ofThree() throws IOException {
    return new Conversation()
        .say(ALICE, 0, 7, 0.5)
        .say(Conversation.KINE, 0.3, 6.5, 0.4)
        .say(Conversation.LOBSTER, 0.3, 6, 0.4)
        .say(ALICE, 7, 5, 0.5);
  }

  /// Samples of 16 bits.
  static byte[] bytes(float[] samples) {
    byte[] bytes = new byte[samples.length * 2];
    for (int i = 0; i < samples.length; i++) {
      int sample = Math.round(Math.clamp(samples[i], -1f, 1f) * 32_767);
      bytes[2 * i] = (byte) sample;
      bytes[2 * i + 1] = (byte) (sample >> 8);
    }
    return bytes;
  }

  /// What a final caption says of its speaker: a name or a label; empty without any.
  static String speaker(JsonNode caption) {
    JsonNode speaker = caption.path("speaker");
    return speaker.path("display_name").asString(speaker.path("label").asString(""));
  }

  /// The final captions as turns.
  static List<SpeakerTurn> turns(CaptionClient client) {
    return client.finals().stream()
        .map(caption ->
            new SpeakerTurn(
                caption.get("start").asDouble(), caption.get("end").asDouble(), speaker(caption)))
        .toList();
  }
}
