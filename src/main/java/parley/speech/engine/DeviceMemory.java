package parley.speech.engine;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Constructor;

/// Memory of the device that a session computes on, for tensors that one run writes and others
/// read: elsewhere each run would copy them to the device. ONNX Runtime's Java API has no such
/// tensors, but runs with them, since it passes on no more than their address.
final class DeviceMemory implements AutoCloseable {
  /// `OrtArenaAllocator` of onnxruntime_c_api.h.
  private static final int ARENA = 1;

  /// `ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT` and `…_FLOAT16` of onnxruntime_c_api.h.
  private static final int FLOAT = 1;

  private static final int FLOAT16 = 10;

  private static final Constructor<OnnxTensor> TENSOR = constructor();

  private final MemorySegment allocator;

  private DeviceMemory(MemorySegment allocator) {
    this.allocator = allocator;
  }

  /// Returns the GPU's memory; the caller closes it before the session.
  static DeviceMemory ofGpu(OrtSession session) throws OrtException {
    return of(session, "Cuda");
  }

  /// @param name of the device in ONNX Runtime
  private static DeviceMemory of(OrtSession session, String name) throws OrtException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = OrtApi.out(arena);
      OrtApi.CREATE_MEMORY_INFO.call(arena.allocateFrom(name), ARENA, 0, 0, out);
      MemorySegment kind = OrtApi.address(out);
      try {
        OrtApi.CREATE_ALLOCATOR.call(OrtApi.handle(OrtSession.class, session), kind, out);
        return new DeviceMemory(OrtApi.address(out));
      } finally {
        OrtApi.RELEASE_MEMORY_INFO.release(kind);
      }
    }
  }

  /// Returns an uninitialised tensor of floats, whose numbers only runs can write and read; the
  /// caller closes it before this memory.
  ///
  /// @param info of an output that goes there
  OnnxTensor tensor(TensorInfo info, long... shape) throws OrtException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = OrtApi.out(arena);
      OrtApi.CREATE_TENSOR_AS_ORT_VALUE.call(
          allocator,
          arena.allocateFrom(ValueLayout.JAVA_LONG, shape),
          (long) shape.length,
          info.type == OnnxJavaType.FLOAT16 ? FLOAT16 : FLOAT,
          out);
      return TENSOR.newInstance(OrtApi.address(out).address(), 0L, info);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    OrtApi.RELEASE_ALLOCATOR.release(allocator);
  }

  private static Constructor<OnnxTensor> constructor() {
    try {
      Constructor<OnnxTensor> constructor =
          OnnxTensor.class.getDeclaredConstructor(long.class, long.class, TensorInfo.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("this is not the ONNX Runtime that Parley knows", e);
    }
  }
}
