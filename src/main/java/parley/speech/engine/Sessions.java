package parley.speech.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.Map;

/// The ONNX Runtime environment and session options of every model.
public final class Sessions {
  /// `ORT_LOGGING_LEVEL_WARNING` of onnxruntime_c_api.h.
  private static final int LOG_WARNINGS = 2;

  /// Options of the CUDA execution provider: its memory grows by what is needed instead of
  /// doubling, convolution algorithms are not all tried out for each shape, and 32-bit products are
  /// computed in 32 bits, since an export in 16 is there for less.
  private static final Map<String, String> CUDA =
      Map.of(
          "arena_extend_strategy", "kSameAsRequested",
          "cudnn_conv_algo_search", "HEURISTIC",
          "use_tf32", "0");

  private static final OrtEnvironment ENVIRONMENT = startQuietly();

  private Sessions() {}

  /// The one environment of the process.
  public static OrtEnvironment environment() {
    return ENVIRONMENT;
  }

  /// Returns options for a session; the caller closes them after creating it.
  ///
  /// @param threads that one run may use, including the calling one
  public static OrtSession.SessionOptions options(int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    // Waiting threads would otherwise spin and take CPU time from everything else.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    // Patterns are cached per shape, and nearly every run has a shape of its own.
    options.setMemoryPatternOptimization(false);
    return options;
  }

  /// Like [#options] for a session on the GPU; needs [CudaLibraries]. What CUDA has no kernels for
  /// is computed on the CPU.
  static OrtSession.SessionOptions onGpu(int threads) throws OrtException {
    OrtSession.SessionOptions options = options(threads);
    try {
      // It warns of every network with operators for the CPU, which all have.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      addCuda(options);
      return options;
    } catch (OrtException e) {
      options.close();
      throw e;
    }
  }

  /// Does what `addCUDA` of the Java API does in ONNX Runtime's build for GPUs alone.
  private static void addCuda(OrtSession.SessionOptions options) throws OrtException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = OrtApi.out(arena);
      OrtApi.CREATE_CUDA_OPTIONS.call(out);
      MemorySegment cuda = OrtApi.address(out);
      try {
        OrtApi.UPDATE_CUDA_OPTIONS.call(
            cuda, texts(arena, CUDA.keySet()), texts(arena, CUDA.values()), (long) CUDA.size());
        OrtApi.APPEND_CUDA.call(OrtApi.handle(OrtSession.SessionOptions.class, options), cuda);
      } finally {
        OrtApi.RELEASE_CUDA_OPTIONS.release(cuda);
      }
    }
  }

  private static MemorySegment texts(Arena arena, Collection<String> texts) {
    MemorySegment addresses = arena.allocate(ValueLayout.ADDRESS, texts.size());
    int i = 0;
    for (String text : texts) {
      addresses.setAtIndex(ValueLayout.ADDRESS, i++, arena.allocateFrom(text));
    }
    return addresses;
  }

  /// Returns options for a run after which the session gives back the memory that it did not need
  /// before, instead of keeping it for the next; the caller closes them. For networks whose need
  /// grows with the square of the audio.
  static OrtSession.RunOptions returningMemory() throws OrtException {
    OrtSession.RunOptions options = new OrtSession.RunOptions();
    options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
    return options;
  }

  /// Returns the shape of a network's tensor, with −1 for dynamic dimensions.
  ///
  /// @param nodes the network's inputs or outputs
  static long[] shape(Map<String, NodeInfo> nodes, String name) throws OrtException {
    NodeInfo node = nodes.get(name);
    if (node != null && node.getInfo() instanceof TensorInfo tensor) {
      return tensor.getShape();
    }
    throw new OrtException("the model has no tensor '" + name + "'");
  }

  /// Disables the telemetry of ONNX Runtime 1.29 before it starts. A self-hosted server reports to
  /// nobody; besides, its regular expressions recurse over the command line of the process, so that
  /// a long class path overflows the native stack and kills the JVM. The switch is an environment
  /// variable read by native code, which Java's own API cannot set.
  @SuppressWarnings("restricted") // setenv is as safe as its arguments
  private static OrtEnvironment startQuietly() {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      int failed =
          (int)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow("setenv"),
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.ADDRESS,
                          ValueLayout.ADDRESS,
                          ValueLayout.JAVA_INT))
                  .invokeExact(
                      arena.allocateFrom("ORT_DISABLE_TELEMETRY"), arena.allocateFrom("1"), 1);
      if (failed != 0) {
        throw new IllegalStateException("cannot set ORT_DISABLE_TELEMETRY");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot set ORT_DISABLE_TELEMETRY", e);
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    outliveTheirHook();
    return environment;
  }

  /// Takes a second reference to the native environment. ONNX Runtime's Java API releases its own
  /// in a shutdown hook that runs concurrently with ours: inference still running at that moment
  /// would crash the JVM before anything is stopped in order.
  private static void outliveTheirHook() {
    try (Arena arena = Arena.ofConfined()) {
      OrtApi.CREATE_ENV.call(LOG_WARNINGS, arena.allocateFrom("parley"), OrtApi.out(arena));
    } catch (OrtException e) {
      throw new IllegalStateException(
          "cannot get a second reference to ONNX Runtime's environment", e);
    }
  }
}
