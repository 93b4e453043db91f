package parley.speech.engine;

/// Which models a folder holds: its `models.json`. File names are relative to the folder.
///
/// @param recognition writes final texts and the transcripts of files
/// @param partials writes what somebody is saying just now
/// @param voiceActivity finds speech
record ModelCatalogue(
    Whisper recognition, Moonshine partials, VoiceActivityDetector voiceActivity) {
  static final String FILE = "models.json";

  record Whisper(
      String name, String encoder, String decoder, String vocabulary, String suppressedTokens) {}

  record Moonshine(String name, String encoder, String decoder, String vocabulary) {}

  record VoiceActivityDetector(String name, String network) {}
}
