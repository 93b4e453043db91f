package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/// The decoder's key-value cache: the self-attention keys and values of each beam's tokens, in
/// memory that the network reads and writes in place. Keys and values are double-buffered: each
/// step reads one buffer, writes the other and swaps them, so nothing is copied unless the beams
/// change.
///
/// Reused across windows. Not thread-safe.
final class KeyValueCache {
  private final WhisperDimensions dimensions;
  private final int numberBytes;
  private ByteBuffer keys = DirectMemory.bytes(0);
  private ByteBuffer values = DirectMemory.bytes(0);
  private ByteBuffer nextKeys = DirectMemory.bytes(0);
  private ByteBuffer nextValues = DirectMemory.bytes(0);
  private FloatBuffer logits = DirectMemory.floats(0);
  private int beams;
  private int tokens;

  KeyValueCache(WhisperModel model) {
    this.dimensions = model.dimensions();
    this.numberBytes = model.hasHalfCache() ? Short.BYTES : Float.BYTES;
  }

  /// Clears the cache and starts with one beam.
  ///
  /// @param maxBeams most beams that there will be
  /// @param maxTokens most tokens that each beam will have
  void begin(int maxBeams, int maxTokens) {
    int size = bytes(dimensions.layers() * maxBeams, maxTokens);
    if (keys.capacity() < size) {
      keys = DirectMemory.bytes(size);
      values = DirectMemory.bytes(size);
      nextKeys = DirectMemory.bytes(size);
      nextValues = DirectMemory.bytes(size);
    }
    if (logits.capacity() < maxBeams * dimensions.vocabulary()) {
      logits = DirectMemory.floats(maxBeams * dimensions.vocabulary());
    }
    beams = 1;
    tokens = 0;
  }

  int beams() {
    return beams;
  }

  /// The number of tokens of each beam.
  int tokens() {
    return tokens;
  }

  /// The keys or values of one layer.
  ///
  /// @param numbers this memory, of 16-bit or 32-bit floats
  /// @param shape beams × heads × tokens × head size
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Layer(ByteBuffer numbers, long[] shape) {}

  /// Returns the keys or values of one layer.
  Layer past(int layer, boolean ofKeys) {
    return layer(ofKeys ? keys : values, layer, tokens);
  }

  /// Returns where one layer's keys or values go when `added` tokens are added to each beam.
  Layer present(int layer, boolean ofKeys, int added) {
    return layer(ofKeys ? nextKeys : nextValues, layer, tokens + added);
  }

  private Layer layer(ByteBuffer buffer, int layer, int length) {
    int size = bytes(beams, length);
    return new Layer(
        buffer.slice(layer * size, size).order(ByteOrder.nativeOrder()),
        new long[] {beams, dimensions.heads(), length, dimensions.headSize()});
  }

  /// Reorders the beams: the new beam `i` continues the old beam `origins[i]`.
  void rearrange(int[] origins) {
    if (isUnchanged(origins)) {
      return;
    }
    copy(keys, nextKeys, origins);
    copy(values, nextValues, origins);
    beams = origins.length;
    swap();
  }

  FloatBuffer logits() {
    return logits.slice(0, beams * dimensions.vocabulary());
  }

  /// Returns [#logits] as a tensor, which the caller closes.
  OnnxTensor logitsTensor() throws OrtException {
    return OnnxTensor.createTensor(
        Sessions.environment(), logits(), new long[] {beams, 1, dimensions.vocabulary()});
  }

  /// Keeps the tokens that a step has added.
  void keep(int added) {
    tokens += added;
    swap();
  }

  private int bytes(int rows, int length) {
    return Math.multiplyExact(rows * dimensions.layerWidth() * length, numberBytes);
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

  private void copy(ByteBuffer from, ByteBuffer to, int[] origins) {
    int row = bytes(1, tokens);
    for (int layer = 0; layer < dimensions.layers(); layer++) {
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
    ByteBuffer swapped = keys;
    keys = nextKeys;
    nextKeys = swapped;
    swapped = values;
    values = nextValues;
    nextValues = swapped;
  }
}
