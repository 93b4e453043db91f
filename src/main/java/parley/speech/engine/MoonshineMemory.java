package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/// Buffers that are reused from run to run.
final class MoonshineMemory {
  private FloatBuffer sound = DirectMemory.floats(0);
  private FloatBuffer logits = DirectMemory.floats(0);
  private LongBuffer ones = DirectMemory.longs(0);

  OnnxTensor sound(Piece piece) throws OrtException {
    sound = DirectMemory.atLeast(piece.length(), sound);
    piece.copyTo(sound);
    return OnnxTensor.createTensor(
        Sessions.environment(), sound.slice(0, piece.length()), new long[] {1, piece.length()});
  }

  /// Returns a mask in which all `length` samples count.
  OnnxTensor attentionMask(int length) throws OrtException {
    if (ones.capacity() < length) {
      ones = DirectMemory.longs(DirectMemory.grown(length));
      for (int i = 0; i < ones.capacity(); i++) {
        ones.put(i, 1);
      }
    }
    return OnnxTensor.createTensor(
        Sessions.environment(), ones.slice(0, length), new long[] {1, length});
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
