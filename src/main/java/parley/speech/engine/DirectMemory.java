package parley.speech.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/// Memory outside the heap that networks read and write in place. What is given to ONNX Runtime
/// from the heap it copies to such memory each time, which is free again only after a collection.
final class DirectMemory {
  private DirectMemory() {}

  static FloatBuffer floats(int length) {
    return bytes(length, Float.BYTES).asFloatBuffer();
  }

  static LongBuffer longs(int length) {
    return bytes(length, Long.BYTES).asLongBuffer();
  }

  /// The buffer itself where it is large enough, else a larger one with nothing of the old in it.
  static FloatBuffer atLeast(int length, FloatBuffer buffer) {
    return buffer.capacity() >= length ? buffer : floats(grown(length));
  }

  /// A capacity for so many numbers, with room for a few more.
  static int grown(int length) {
    return length + length / 2;
  }

  private static ByteBuffer bytes(int length, int each) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(length, each))
        .order(ByteOrder.nativeOrder());
  }
}
