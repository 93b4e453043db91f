package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;

/// Functions of ONNX Runtime's C API that its Java API lacks. It has to be loaded already.
enum OrtApi {
  // With the index in `struct OrtApi` of onnxruntime_c_api.h, whose order never changes.
  GET_ERROR_MESSAGE(2),
  CREATE_ENV(3),
  CREATE_TENSOR_AS_ORT_VALUE(48),
  CREATE_MEMORY_INFO(68),
  RELEASE_STATUS(93),
  RELEASE_MEMORY_INFO(94),
  CREATE_ALLOCATOR(131),
  RELEASE_ALLOCATOR(132),
  APPEND_CUDA(204),
  CREATE_CUDA_OPTIONS(205),
  UPDATE_CUDA_OPTIONS(206),
  RELEASE_CUDA_OPTIONS(208);

  private static final int FUNCTIONS = 209;

  private final int index;

  OrtApi(int index) {
    this.index = index;
  }

  /// Calls a function that returns a status.
  ///
  /// @param arguments numbers, `long` meaning also `size_t`, and addresses
  /// @throws OrtException with its message if it fails
  void call(Object... arguments) throws OrtException {
    MemorySegment status = (MemorySegment) invoke(ValueLayout.ADDRESS, arguments);
    if (status.address() != 0) {
      String message = text((MemorySegment) GET_ERROR_MESSAGE.invoke(ValueLayout.ADDRESS, status));
      RELEASE_STATUS.release(status);
      throw new OrtException(message);
    }
  }

  /// Calls a function that releases what an address points to.
  @SuppressWarnings("restricted") // the C API is stable: https://onnxruntime.ai/docs/api/c/
  void release(MemorySegment address) {
    try {
      handle(FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)).invokeWithArguments(address);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  private Object invoke(ValueLayout result, Object... arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      layouts[i] =
          switch (arguments[i]) {
            case Integer _ -> ValueLayout.JAVA_INT;
            case Long _ -> ValueLayout.JAVA_LONG;
            default -> ValueLayout.ADDRESS;
          };
    }
    try {
      return handle(FunctionDescriptor.of(result, layouts)).invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  @SuppressWarnings("restricted") // the C API is stable: https://onnxruntime.ai/docs/api/c/
  private MethodHandle handle(FunctionDescriptor signature) throws Throwable {
    Linker linker = Linker.nativeLinker();
    // struct OrtApiBase { const OrtApi* (*GetApi)(uint32_t version); … }
    MemoryLayout table = MemoryLayout.sequenceLayout(FUNCTIONS, ValueLayout.ADDRESS);
    MemorySegment base =
        (MemorySegment)
            linker
                .downcallHandle(
                    SymbolLookup.loaderLookup().findOrThrow("OrtGetApiBase"),
                    FunctionDescriptor.of(
                        ValueLayout.ADDRESS.withTargetLayout(ValueLayout.ADDRESS)))
                .invokeExact();
    MemorySegment api =
        (MemorySegment)
            linker
                .downcallHandle(
                    base.get(ValueLayout.ADDRESS, 0),
                    FunctionDescriptor.of(
                        ValueLayout.ADDRESS.withTargetLayout(table), ValueLayout.JAVA_INT))
                .invokeExact(1);
    return linker.downcallHandle(api.getAtIndex(ValueLayout.ADDRESS, index), signature);
  }

  @SuppressWarnings("restricted") // ends with a zero byte
  private static String text(MemorySegment message) {
    return message.reinterpret(Long.MAX_VALUE).getString(0);
  }

  private RuntimeException failed(Throwable e) {
    return switch (e) {
      case RuntimeException known -> known;
      case Error error -> throw error;
      default -> new IllegalStateException("cannot call " + this, e);
    };
  }

  /// Returns the address of what an object of the Java API stands for.
  ///
  /// @param type that declares the field `nativeHandle`
  static <T> MemorySegment handle(Class<T> type, T object) {
    try {
      Field handle = type.getDeclaredField("nativeHandle");
      handle.setAccessible(true);
      return MemorySegment.ofAddress(handle.getLong(object));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is not the ONNX Runtime that Parley knows", e);
    }
  }

  /// Returns the address that a function has written.
  static MemorySegment address(MemorySegment out) {
    return out.get(ValueLayout.ADDRESS, 0);
  }

  /// Returns where a function writes an address.
  static MemorySegment out(Arena arena) {
    return arena.allocate(ValueLayout.ADDRESS);
  }
}
