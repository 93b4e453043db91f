package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;

/// What the decoder remembers of the tokens of each beam: keys and values, in memory that the
/// network reads and writes in place. There are two of each, one to read from and one to write to,
/// which change places with every step, so that nothing is copied unless the beams change.
///
/// Reused from window to window. For one thread at a time.
final class KeyValueCache {
  // The dimensions of the base model.
  private static final int LAYERS = 6;
  private static final int HEADS = 8;
  private static final int HEAD_SIZE = 64;
  private static final int TOKEN = HEADS * HEAD_SIZE;

  private FloatBuffer keys = DirectMemory.floats(0);
  private FloatBuffer values = DirectMemory.floats(0);
  private FloatBuffer nextKeys = DirectMemory.floats(0);
  private FloatBuffer nextValues = DirectMemory.floats(0);
  private FloatBuffer logits = DirectMemory.floats(0);
  private int beams;
  private int tokens;

  /// Forgets everything and begins with one beam.
  ///
  /// @param maxBeams that there will be
  /// @param maxTokens that each will have
  void begin(int maxBeams, int maxTokens) {
    int size = LAYERS * maxBeams * TOKEN * maxTokens;
    if (keys.capacity() < size) {
      keys = DirectMemory.floats(size);
      values = DirectMemory.floats(size);
      nextKeys = DirectMemory.floats(size);
      nextValues = DirectMemory.floats(size);
    }
    if (logits.capacity() < maxBeams * Vocabulary.SIZE) {
      logits = DirectMemory.floats(maxBeams * Vocabulary.SIZE);
    }
    beams = 1;
    tokens = 0;
  }

  /// Keys, or values, of no tokens at all; the caller closes the tensor.
  static OnnxTensor nothing() throws OrtException {
    return OnnxTensor.createTensor(
        Sessions.environment(),
        DirectMemory.floats(0),
        new long[] {LAYERS, 1, HEADS, 0, HEAD_SIZE});
  }

  int beams() {
    return beams;
  }

  /// Goes on with these beams: the new beam `i` is what beam `origins[i]` was.
  void choose(int[] origins) {
    if (isUnchanged(origins)) {
      return;
    }
    copy(keys, nextKeys, origins);
    copy(values, nextValues, origins);
    beams = origins.length;
    swap();
  }

  FloatBuffer logits() {
    return logits.slice(0, beams * Vocabulary.SIZE);
  }

  /// The tensors of one run of the network, over this memory. Once closed, the added tokens are
  /// remembered.
  final class Step implements AutoCloseable {
    private final int after;
    private final OnnxTensor pastKeys;
    private final OnnxTensor pastValues;
    private final OnnxTensor presentKeys;
    private final OnnxTensor presentValues;
    private final OnnxTensor presentLogits;

    private Step(int added) throws OrtException {
      after = tokens + added;
      pastKeys = tensor(keys, tokens);
      pastValues = tensor(values, tokens);
      presentKeys = tensor(nextKeys, after);
      presentValues = tensor(nextValues, after);
      presentLogits =
          OnnxTensor.createTensor(
              Sessions.environment(),
              KeyValueCache.this.logits(),
              new long[] {beams, 1, Vocabulary.SIZE});
    }

    OnnxTensor pastKeys() {
      return pastKeys;
    }

    OnnxTensor pastValues() {
      return pastValues;
    }

    OnnxTensor keys() {
      return presentKeys;
    }

    OnnxTensor values() {
      return presentValues;
    }

    OnnxTensor logits() {
      return presentLogits;
    }

    @Override
    public void close() {
      pastKeys.close();
      pastValues.close();
      presentKeys.close();
      presentValues.close();
      presentLogits.close();
      tokens = after;
      swap();
    }
  }

  /// Prepares to add so many tokens to each beam.
  Step step(int added) throws OrtException {
    return new Step(added);
  }

  private OnnxTensor tensor(FloatBuffer buffer, int length) throws OrtException {
    return OnnxTensor.createTensor(
        Sessions.environment(),
        buffer.slice(0, LAYERS * beams * TOKEN * length),
        new long[] {LAYERS, beams, HEADS, length, HEAD_SIZE});
  }

  private boolean isUnchanged(int[] origins) {
    if (origins.length != beams) {
      return false;
    }
    for (int i = 0; i < origins.length; i++) {
      if (origins[i] != i) {
        return false;
      }
    }
    return true;
  }

  private void copy(FloatBuffer from, FloatBuffer to, int[] origins) {
    int row = TOKEN * tokens;
    for (int layer = 0; layer < LAYERS; layer++) {
      for (int beam = 0; beam < origins.length; beam++) {
        to.put(
            (layer * origins.length + beam) * row,
            from,
            (layer * beams + origins[beam]) * row,
            row);
      }
    }
  }

  private void swap() {
    FloatBuffer swapped = keys;
    keys = nextKeys;
    nextKeys = swapped;
    swapped = values;
    values = nextValues;
    nextValues = swapped;
  }
}
