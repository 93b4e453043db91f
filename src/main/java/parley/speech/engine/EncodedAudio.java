package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;

/// The encoder's output for one window: the keys and values that the decoder's cross-attention
/// reads. The caller of [WhisperModel#encode] closes it.
final class EncodedAudio implements AutoCloseable {
  private final OrtSession.Result result;

  EncodedAudio(OrtSession.Result result) {
    this.result = result;
  }

  OnnxTensor keys() {
    return (OnnxTensor) result.get(0);
  }

  OnnxTensor values() {
    return (OnnxTensor) result.get(1);
  }

  @Override
  public void close() {
    result.close();
  }
}
