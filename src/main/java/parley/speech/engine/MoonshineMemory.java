package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;

/// Buffers that are reused from run to run.
final class MoonshineMemory {
  private FloatBuffer sound = DirectMemory.floats(0);
  private FloatBuffer logits = DirectMemory.floats(0);

  OnnxTensor sound(float[] samples) throws OrtException {
    sound = DirectMemory.atLeast(samples.length, sound);
    sound.put(0, samples);
    return OnnxTensor.createTensor(
        Sessions.environment(), sound.slice(0, samples.length), new long[] {1, samples.length});
  }

  /// Returns the tensor that receives the logits after each token.
  OnnxTensor logits(int tokens) throws OrtException {
    logits = DirectMemory.atLeast(tokens * MoonshineDecoding.TOKENS, logits);
    return OnnxTensor.createTensor(
        Sessions.environment(),
        logits.slice(0, tokens * MoonshineDecoding.TOKENS),
        new long[] {1, tokens, MoonshineDecoding.TOKENS});
  }

  /// Copies the logits after token number `token`.
  void scores(int token, float[] scores) {
    logits.get(token * MoonshineDecoding.TOKENS, scores);
  }
}
