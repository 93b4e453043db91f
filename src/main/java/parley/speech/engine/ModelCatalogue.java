package parley.speech.engine;

/// The models of a folder, as described by its `models.json`. File names are relative to the
/// folder.
///
/// @param recognition model for finals and file transcripts
/// @param partials model for partial captions
/// @param voiceActivity model that detects speech
record ModelCatalogue(
    Whisper recognition, Moonshine partials, VoiceActivityDetector voiceActivity) {
  static final String FILE = "models.json";

  record Whisper(
      String name, String encoder, String decoder, String vocabulary, String suppressedTokens) {}

  record Moonshine(String name, String encoder, String decoder, String vocabulary) {}

  record VoiceActivityDetector(String name, String network) {}
}
