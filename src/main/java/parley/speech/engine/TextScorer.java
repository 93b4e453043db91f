package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;

/// What a [WhisperModel] that returns the logits of several tokens at once can do besides.
interface TextScorer {
  /// Computes the logits after each of these tokens from number `first` on, in one run.
  ///
  /// @param logits receives them row by row, [WhisperDimensions#vocabulary] numbers each, in the
  ///   order of [Vocabulary]; outside the heap, at least as many as there are
  void score(EncodedAudio audio, int first, FloatBuffer logits, long... tokens) throws OrtException;
}
