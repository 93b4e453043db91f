package parley.speech.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.util.List;

/// What computes Whisper's networks; all others are computed on the CPU.
///
/// @param threads of the CPU that one run may use
/// @param gpu name of the GPU; empty to compute on the CPU
record WhisperDevice(int threads, String gpu) {
  /// The ends of exported networks' names by their precision, the first one that is there being
  /// used. CUDA has no kernels for products of 8-bit integers.
  private static final List<String> ON_CPU =
      List.of("", "_int8", "_quantized", "_uint8", "_fp16", "_q4", "_q4f16", "_bnb4");

  private static final List<String> ON_GPU = List.of("_fp16", "");

  /// Prepares the device.
  ///
  /// @throws IOException with one line that says what the GPU lacks
  static WhisperDevice of(ModelFolders folders, int threads) throws IOException {
    return new WhisperDevice(
        threads,
        folders.cudaLibraries().isPresent()
            ? CudaLibraries.use(folders.cudaLibraries().get())
            : "");
  }

  boolean isGpu() {
    return !gpu.isEmpty();
  }

  /// The ends of names of the networks that it computes, best first.
  List<String> precisions() {
    return isGpu() ? ON_GPU : ON_CPU;
  }

  /// Returns options for a session; the caller closes them after creating it.
  OrtSession.SessionOptions options() throws OrtException {
    return isGpu() ? Sessions.onGpu(threads) : Sessions.options(threads);
  }

  /// Returns what operators call it.
  String description() {
    return isGpu() ? gpu : "the CPU";
  }
}
