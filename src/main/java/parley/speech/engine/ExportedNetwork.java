package parley.speech.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A loaded network of an [ExportedModel].
///
/// @param inputs what it takes, by name
/// @param outputs what it returns, by name
/// @param memory of the GPU that computes it; null on the CPU
record ExportedNetwork(
    OrtSession session,
    Map<String, TensorInfo> inputs,
    Map<String, TensorInfo> outputs,
    @Nullable DeviceMemory memory)
    implements AutoCloseable {
  /// Loads it; the caller closes it.
  static ExportedNetwork load(Path file, WhisperDevice device) throws OrtException {
    try (OrtSession.SessionOptions options = device.options()) {
      OrtSession session = Sessions.environment().createSession(file.toString(), options);
      return new ExportedNetwork(
          session,
          tensors(session.getInputInfo()),
          tensors(session.getOutputInfo()),
          device.isGpu() ? DeviceMemory.ofGpu(session) : null);
    }
  }

  private static Map<String, TensorInfo> tensors(Map<String, NodeInfo> nodes) {
    Map<String, TensorInfo> tensors = new HashMap<>();
    nodes.forEach((name, node) -> {
      if (node.getInfo() instanceof TensorInfo tensor) {
        tensors.put(name, tensor);
      }
    });
    return tensors;
  }

  boolean takes(String input) {
    return inputs.containsKey(input);
  }

  boolean returns(String output) {
    return outputs.containsKey(output);
  }

  /// Whether an input consists of 16-bit floats.
  boolean takesHalf(String input) {
    return isHalf(inputs.get(input));
  }

  /// Whether an output consists of 16-bit floats.
  boolean returnsHalf(String output) {
    return isHalf(outputs.get(output));
  }

  private static boolean isHalf(@Nullable TensorInfo tensor) {
    return tensor != null && tensor.type == OnnxJavaType.FLOAT16;
  }

  /// Whether tensors can stay on the device between two runs.
  boolean isOnDevice() {
    return memory != null;
  }

  /// Returns a tensor on the device for an output, if [#isOnDevice]; the caller closes it.
  OnnxTensor onDevice(String output, long... shape) throws OrtException {
    TensorInfo tensor = outputs.get(output);
    if (tensor == null) {
      throw new OrtException("its network has no output " + output);
    }
    return Objects.requireNonNull(memory).tensor(tensor, shape);
  }

  /// Requires that the network takes an input of floats.
  ///
  /// @throws OrtException with one line that says what it takes instead
  void requireFloats(String input) throws OrtException {
    TensorInfo tensor = inputs.get(input);
    if (tensor == null) {
      throw new OrtException("its network has no input " + input);
    }
    if (tensor.type != OnnxJavaType.FLOAT && tensor.type != OnnxJavaType.FLOAT16) {
      throw new OrtException(
          "its input %s is %s, not floats of 32 or 16 bits".formatted(input, tensor.type));
    }
  }

  @Override
  public void close() throws OrtException {
    if (memory != null) {
      memory.close();
    }
    session.close();
  }
}
