package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;

/// What Whisper's encoder made of one window: the keys and values that the decoder's
/// cross-attention reads. Closed by the one who had the window encoded.
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
