package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/// The memory that one run after the other works in.
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

  /// That all of so many samples count.
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

  /// Where the network says how well each token would come next, after each of so many.
  OnnxTensor logits(int tokens) throws OrtException {
    logits = DirectMemory.atLeast(tokens * MoonshineDecoding.TOKENS, logits);
    return OnnxTensor.createTensor(
        Sessions.environment(),
        logits.slice(0, tokens * MoonshineDecoding.TOKENS),
        new long[] {1, tokens, MoonshineDecoding.TOKENS});
  }

  /// What it said after the token with this number.
  void scores(int token, float[] scores) {
    logits.get(token * MoonshineDecoding.TOKENS, scores);
  }
}
