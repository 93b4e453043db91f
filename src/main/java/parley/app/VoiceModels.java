package parley.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.config.Config;
import parley.speakers.VoiceAnalyser;
import parley.speech.diarisation.DiarisationEngine;
import parley.speech.engine.SpeechEngine;

/// The models that know voices, where the node has speech models at all.
///
/// @param voices null where it has none
record VoiceModels(@Nullable DiarisationEngine voices, @Nullable VoiceAnalyser analyser) {
  /// Loads them, which takes some tenths of a second; they are closed with `opened`.
  ///
  /// @param engine whose inference queue they share; empty on a node without speech models
  /// @throws IOException naming the model file that is missing or damaged
  static VoiceModels load(
      Config.Speech config, Path home, Optional<SpeechEngine> engine, CloseStack opened)
      throws IOException {
    if (engine.isEmpty()) {
      return new VoiceModels(null, null);
    }
    int threads = config.threads();
    DiarisationEngine voices =
        opened.add(
            DiarisationEngine.load(
                config.modelsIn(home),
                threads == 0 ? Runtime.getRuntime().availableProcessors() : threads));
    return new VoiceModels(voices, new DiarisedVoices(voices, engine.get()));
  }
}
