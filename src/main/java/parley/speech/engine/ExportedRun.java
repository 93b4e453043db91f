package parley.speech.engine;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One run of a network as Hugging Face's `optimum` exports it, and the tensors for it. Networks of
/// 32-bit floats read and write buffers in place; for those of 16-bit floats they are copied.
final class ExportedRun implements AutoCloseable {
  private final OrtEnvironment environment = Sessions.environment();
  private final ExportedNetwork network;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, OnnxTensor> outputs = new HashMap<>();
  private final List<OnnxTensor> owned = new ArrayList<>();
  private final List<HalfOutput> halves = new ArrayList<>();

  /// An output of 16-bit floats, and where its numbers go.
  private record HalfOutput(ShortBuffer from, FloatBuffer into) {}

  ExportedRun(ExportedNetwork network) {
    this.network = network;
  }

  /// Adds the tokens of each beam, and what else tells the network that they follow `past` others.
  void giveTokens(long[] tokens, int beams, int past) throws OrtException {
    int added = tokens.length / beams;
    give(
        "input_ids",
        own(
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(tokens), new long[] {beams, added})));
    give("use_cache_branch", own(OnnxTensor.createTensor(environment, new boolean[] {past > 0})));
    long[] positions = new long[added];
    for (int i = 0; i < added; i++) {
      positions[i] = (long) past + i;
    }
    give("cache_position", own(OnnxTensor.createTensor(environment, positions)));
  }

  /// Adds an empty cache.
  void giveEmptyPast(WhisperDimensions dimensions) throws OrtException {
    for (String name : network.inputs().keySet()) {
      if (name.startsWith("past_key_values.")) {
        give(name, DirectMemory.floats(0), 1, dimensions.heads(), 0, dimensions.headSize());
      }
    }
  }

  /// Adds an input, if the network takes it, that the caller closes.
  void give(String name, OnnxTensor tensor) {
    if (network.takes(name)) {
      inputs.put(name, tensor);
    }
  }

  /// Adds an input.
  void give(String name, FloatBuffer numbers, long... shape) throws OrtException {
    OnnxTensor tensor =
        network.takesHalf(name)
            ? OnnxTensor.createTensor(
                environment,
                Fp16Conversions.convertFloatBufferToFp16Buffer(numbers),
                shape,
                OnnxJavaType.FLOAT16)
            : OnnxTensor.createTensor(environment, numbers, shape);
    give(name, own(tensor));
  }

  /// Adds an input of the network's own kind of floats.
  void give(String name, ByteBuffer numbers, long... shape) throws OrtException {
    give(name, own(tensor(numbers, network.takesHalf(name), shape)));
  }

  /// Chooses where an output of the network's own kind of floats goes.
  ///
  /// @param into as large as the output is, outside the heap
  void receive(String name, ByteBuffer into, long... shape) throws OrtException {
    outputs.put(name, own(tensor(into, network.returnsHalf(name), shape)));
  }

  private OnnxTensor tensor(ByteBuffer numbers, boolean half, long... shape) throws OrtException {
    return OnnxTensor.createTensor(
        environment, numbers, shape, half ? OnnxJavaType.FLOAT16 : OnnxJavaType.FLOAT);
  }

  /// Chooses where an output goes.
  ///
  /// @param into as large as the output is, outside the heap
  void receive(String name, FloatBuffer into, long... shape) throws OrtException {
    if (network.returnsHalf(name)) {
      ShortBuffer half = DirectMemory.shorts(into.remaining());
      halves.add(new HalfOutput(half, into));
      outputs.put(
          name, own(OnnxTensor.createTensor(environment, half, shape, OnnxJavaType.FLOAT16)));
    } else {
      outputs.put(name, own(OnnxTensor.createTensor(environment, into, shape)));
    }
  }

  /// Chooses the tensor that an output goes to, which the caller closes.
  void receive(String name, OnnxTensor into) {
    outputs.put(name, into);
  }

  /// Runs the network.
  ///
  /// @param returned names of further outputs, which the caller closes
  OrtSession.Result run(Set<String> returned) throws OrtException {
    OrtSession.Result result = network.session().run(inputs, returned, outputs);
    for (HalfOutput half : halves) {
      half.into()
          .put(
              0,
              Fp16Conversions.convertFp16BufferToFloatBuffer(half.from()),
              0,
              half.into().limit());
    }
    return result;
  }

  /// Returns a tensor that is closed with this run.
  OnnxTensor own(OnnxTensor tensor) {
    owned.add(tensor);
    return tensor;
  }

  @Override
  public void close() {
    owned.forEach(OnnxTensor::close);
  }
}
