package parley.speech.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/// Buffers outside the heap that the networks read and write in place. ONNX Runtime copies heap
/// arrays into such memory on every call, and only a garbage collection frees the copies.
final class DirectMemory {
  private DirectMemory() {}

  static FloatBuffer floats(int length) {
    return bytes(Math.multiplyExact(length, Float.BYTES)).asFloatBuffer();
  }

  static ShortBuffer shorts(int length) {
    return bytes(Math.multiplyExact(length, Short.BYTES)).asShortBuffer();
  }

  /// Returns the buffer if it is large enough, otherwise a larger one without the old contents.
  static FloatBuffer atLeast(int length, FloatBuffer buffer) {
    return buffer.capacity() >= length ? buffer : floats(grown(length));
  }

  /// Returns a capacity for `length` numbers, with some room to grow.
  static int grown(int length) {
    return length + length / 2;
  }

  static ByteBuffer bytes(int length) {
    return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
  }
}
