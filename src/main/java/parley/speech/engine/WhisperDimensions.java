package parley.speech.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/// The dimensions of a Whisper model (`ModelDimensions` in OpenAI's `model.py`), read from the
/// shapes of its tensors.
///
/// @param melBands rows of the encoder's input
/// @param layers layers of the decoder
/// @param heads attention heads per layer
/// @param headSize numbers cached per head and token
/// @param vocabulary number of tokens
record WhisperDimensions(int melBands, int layers, int heads, int headSize, int vocabulary) {
  static WhisperDimensions of(OrtSession encoder, OrtSession decoder) throws OrtException {
    long[] mel = Sessions.shape(encoder.getInputInfo(), "mel");
    // Beams, heads, tokens, head size.
    long[] keys = Sessions.shape(decoder.getInputInfo(), "past_k_0");
    long layers =
        decoder.getInputNames().stream().filter(name -> name.startsWith("past_k_")).count();
    long[] logits = Sessions.shape(decoder.getOutputInfo(), "logits");
    return new WhisperDimensions(
        (int) mel[1], (int) layers, (int) keys[1], (int) keys[3], (int) logits[2]);
  }

  /// Returns the numbers cached per layer and token.
  int layerWidth() {
    return heads * headSize;
  }
}
