package parley.speech.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/// The ONNX Runtime environment and session options of every model.
public final class Sessions {
  /// Index of `CreateEnv` in `struct OrtApi` of onnxruntime_c_api.h, whose order never changes.
  private static final int CREATE_ENV = 3;

  /// `ORT_LOGGING_LEVEL_WARNING` of onnxruntime_c_api.h.
  private static final int LOG_WARNINGS = 2;

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
  @SuppressWarnings("restricted") // the C API is stable: https://onnxruntime.ai/docs/api/c/
  private static void outliveTheirHook() {
    Linker linker = Linker.nativeLinker();
    // struct OrtApiBase { const OrtApi* (*GetApi)(uint32_t version); … }
    MemoryLayout table = MemoryLayout.sequenceLayout(CREATE_ENV + 1, ValueLayout.ADDRESS);
    try (Arena arena = Arena.ofConfined()) {
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
      MemorySegment status =
          (MemorySegment)
              linker
                  .downcallHandle(
                      api.getAtIndex(ValueLayout.ADDRESS, CREATE_ENV),
                      FunctionDescriptor.of(
                          ValueLayout.ADDRESS,
                          ValueLayout.JAVA_INT,
                          ValueLayout.ADDRESS,
                          ValueLayout.ADDRESS))
                  .invokeExact(
                      LOG_WARNINGS,
                      arena.allocateFrom("parley"),
                      arena.allocate(ValueLayout.ADDRESS));
      if (status.address() != 0) {
        throw new IllegalStateException(
            "cannot get a second reference to ONNX Runtime's environment");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(
          "cannot get a second reference to ONNX Runtime's environment", e);
    }
  }
}
