package parley.speech.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/// How every model is run.
final class Sessions {
  private static final OrtEnvironment ENVIRONMENT = startQuietly();

  private Sessions() {}

  /// The one environment of the process.
  static OrtEnvironment environment() {
    return ENVIRONMENT;
  }

  /// Options for a session; the caller closes them after creating it.
  ///
  /// @param threads that one run may use, the calling one included
  static OrtSession.SessionOptions options(int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    // Waiting threads would otherwise spin and take the processors from everybody else.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    // Patterns are remembered for each shape, and nearly every run has a shape of its own.
    options.setMemoryPatternOptimization(false);
    return options;
  }

  /// Switches off the telemetry of ONNX Runtime 1.29 before it starts. Nothing of a self-hosted
  /// server is anybody else's business; and its regular expressions recurse over the command line
  /// of the process, so that a long class path overflows the native stack and kills the JVM. The
  /// switch is an environment variable that native code reads, out of reach for Java's own API.
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
        throw new IllegalStateException("ORT_DISABLE_TELEMETRY could not be set");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("ORT_DISABLE_TELEMETRY could not be set", e);
    }
    return OrtEnvironment.getEnvironment();
  }
}
