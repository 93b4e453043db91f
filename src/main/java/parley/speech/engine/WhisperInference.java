package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;

/// Runs Whisper's decoder step by step over one window (`Inference` in OpenAI's `decoding.py`), for
/// [BeamSearch] and [GreedyDecoder]. Not thread-safe.
final class WhisperInference {
  private final WhisperModel model;
  private final Runnable pause;
  private final KeyValueCache cache;
  private FloatBuffer logits = FloatBuffer.allocate(0);

  /// @param pause called between any two steps, to let other work run
  WhisperInference(WhisperModel model, Runnable pause) {
    this.model = model;
    this.pause = pause;
    this.cache = new KeyValueCache(model);
  }

  /// Starts one beam with the prompt.
  ///
  /// @param maxBeams most beams that there will be
  /// @param maxTokens most tokens of each beam after the prompt's head
  void begin(EncodedAudio audio, WhisperPrompt prompt, int maxBeams, int maxTokens)
      throws OrtException {
    cache.begin(maxBeams, prompt.headLength() + maxTokens + 1);
    logits = model.write(audio, cache, prompt.tokens());
  }

  /// Adds one token to each beam.
  ///
  /// @param origins the beam that each new one continues
  void next(EncodedAudio audio, int[] origins, long[] tokens) throws OrtException {
    pause.run();
    cache.rearrange(origins);
    logits = model.write(audio, cache, tokens);
  }

  /// Copies the logits of a beam's next token.
  void scores(int beam, float[] into) {
    model.layout().copy(logits, beam, into);
  }

  /// Detects the language of a window.
  LanguageDetection detectLanguage(EncodedAudio audio) throws OrtException {
    cache.begin(1, 1);
    float[] scores = new float[Vocabulary.SIZE];
    FloatBuffer first = model.write(audio, cache, Vocabulary.START_OF_TRANSCRIPT);
    model.layout().copy(first, 0, scores);
    return LanguageDetection.of(scores);
  }
}
