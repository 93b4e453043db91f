package parley.speech.engine;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// NVIDIA's driver, asked through its C API which GPU there is, so that what is missing is said
/// before anything else fails because of it.
final class CudaDriver {
  private static final String LIBRARY = "libcuda.so.1";

  /// `CUDA_ERROR_NO_DEVICE` of cuda.h.
  private static final int NO_DEVICE = 100;

  private static final int NAME_BYTES = 256;

  private CudaDriver() {}

  /// Returns the name of the GPU that CUDA programs get, the first of those that
  /// `CUDA_VISIBLE_DEVICES` lets them see.
  ///
  /// @throws IOException with one line that says what is missing
  static String gpu() throws IOException {
    SymbolLookup driver =
        library(LIBRARY)
            .orElseThrow(() ->
                CudaLibraries.unusable(
                    "there is no NVIDIA driver: %s cannot be loaded".formatted(LIBRARY)));
    try (Arena arena = Arena.ofConfined()) {
      int failed = call(driver, "cuInit", 0);
      MemorySegment device = arena.allocate(ValueLayout.JAVA_INT);
      if (failed == 0) {
        failed = call(driver, "cuDeviceGet", device, 0);
      }
      if (failed != 0) {
        throw CudaLibraries.unusable(
            failed == NO_DEVICE
                ? "the NVIDIA driver finds no GPU that this process may use"
                : "the NVIDIA driver does not work (error %d of cuInit)".formatted(failed));
      }
      MemorySegment name = arena.allocate(NAME_BYTES);
      call(driver, "cuDeviceGetName", name, NAME_BYTES, device.get(ValueLayout.JAVA_INT, 0));
      return name.getString(0);
    }
  }

  /// Loads a library for as long as the process lives; empty if the system's loader cannot.
  @SuppressWarnings("restricted") // the operator names the libraries
  static Optional<SymbolLookup> library(String nameOrPath) {
    try {
      return Optional.of(SymbolLookup.libraryLookup(nameOrPath, Arena.global()));
    } catch (IllegalArgumentException cannotBeLoaded) {
      return Optional.empty();
    }
  }

  /// Calls a function of integers and pointers that returns a `CUresult`.
  @SuppressWarnings("restricted") // the driver's API is stable
  private static int call(SymbolLookup driver, String function, Object... arguments) {
    ValueLayout[] layouts = new ValueLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      layouts[i] = arguments[i] instanceof Integer ? ValueLayout.JAVA_INT : ValueLayout.ADDRESS;
    }
    try {
      return (int)
          Linker.nativeLinker()
              .downcallHandle(
                  driver.findOrThrow(function),
                  FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts))
              .invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call " + function, e);
    }
  }
}
