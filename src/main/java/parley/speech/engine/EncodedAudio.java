package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The encoder's output for one window. The caller of [WhisperModel#encode] closes it.
///
/// A packed model's encoder returns the keys and values that the decoder's cross-attention reads.
/// An exported model's encoder returns its last hidden state; its decoder computes the keys and
/// values of each layer with the first token, and they are kept here.
final class EncodedAudio implements AutoCloseable {
  private final OrtSession.Result result;

  /// Those of its tensors that the result does not close: on the device.
  private final List<OnnxTensor> onDevice;

  private OrtSession.@Nullable Result cross;
  private List<OnnxTensor> crossOnDevice = List.of();

  EncodedAudio(OrtSession.Result result) {
    this(result, List.of());
  }

  /// @param onDevice tensors of the result that were given to the run
  EncodedAudio(OrtSession.Result result, List<OnnxTensor> onDevice) {
    this.result = result;
    this.onDevice = onDevice;
  }

  /// Returns what the encoder has computed, by the names of its outputs.
  Map<String, OnnxTensor> outputs() {
    Map<String, OnnxTensor> outputs = new HashMap<>();
    result.forEach(output -> outputs.put(output.getKey(), (OnnxTensor) output.getValue()));
    return outputs;
  }

  OnnxTensor hiddenState() {
    return (OnnxTensor) result.get(0);
  }

  /// Keeps what a decoder has computed of this audio, in place of what it computed before.
  ///
  /// @param given tensors of the result that were given to the run
  void keep(OrtSession.Result computed, List<OnnxTensor> given) {
    forget();
    cross = computed;
    crossOnDevice = given;
  }

  private void forget() {
    if (cross != null) {
      cross.close();
    }
    crossOnDevice.forEach(OnnxTensor::close);
  }

  /// Returns a tensor of what [#keep] was given.
  OnnxTensor cross(String name) {
    return (OnnxTensor) Objects.requireNonNull(cross).get(name).orElseThrow();
  }

  @Override
  public void close() {
    forget();
    result.close();
    onDevice.forEach(OnnxTensor::close);
  }
}
