package parley.speech.engine;

import org.jspecify.annotations.Nullable;

/// The models of a folder, as described by its `models.json`. File names are relative to the
/// folder.
///
/// @param recognition model for finals and file transcripts; null in a folder for another purpose
/// @param partials model for partial captions and as a second opinion; null likewise
/// @param voiceActivity model that detects speech; null likewise
record ModelCatalogue(
    @Nullable Whisper recognition,
    @Nullable Moonshine partials,
    @Nullable VoiceActivityDetector voiceActivity) {
  static final String FILE = "models.json";

  record Whisper(
      String name, String encoder, String decoder, String vocabulary, String suppressedTokens) {}

  record Moonshine(String name, String encoder, String decoder, String vocabulary) {}

  record VoiceActivityDetector(String name, String network) {}
}
