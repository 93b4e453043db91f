package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;

/// Runs Whisper's decoder step by step over one window (`Inference` in OpenAI's `decoding.py`). The
/// decoders that choose the tokens are [BeamSearch] and [GreedyDecoder]. For one thread at a time.
final class WhisperInference {
  private final WhisperModel model;
  private final Runnable pause;
  private final KeyValueCache cache;
  private FloatBuffer logits = FloatBuffer.allocate(0);

  /// @param pause is called between any two steps, for others to run
  WhisperInference(WhisperModel model, Runnable pause) {
    this.model = model;
    this.pause = pause;
    this.cache = new KeyValueCache(model.dimensions());
  }

  /// Gives the prompt to one beam.
  ///
  /// @param maxBeams that there will be
  /// @param maxTokens that each will have after the prompt's head
  void begin(EncodedAudio audio, WhisperPrompt prompt, int maxBeams, int maxTokens)
      throws OrtException {
    cache.begin(maxBeams, prompt.headLength() + maxTokens + 1);
    logits = model.write(audio, cache, prompt.tokens());
  }

  /// Adds one token to each beam.
  ///
  /// @param origins which beam each new one goes on from
  void next(EncodedAudio audio, int[] origins, long[] tokens) throws OrtException {
    pause.run();
    cache.rearrange(origins);
    logits = model.write(audio, cache, tokens);
  }

  /// Reads the logits of what comes next in a beam.
  void scores(int beam, float[] into) {
    logits.get(beam * into.length, into);
  }

  /// What the window sounds like before a word of it is written.
  LanguageDetection detectLanguage(EncodedAudio audio) throws OrtException {
    cache.begin(1, 1);
    float[] scores = new float[Vocabulary.SIZE];
    model.write(audio, cache, Vocabulary.START_OF_TRANSCRIPT).get(0, scores);
    return LanguageDetection.of(scores);
  }
}
