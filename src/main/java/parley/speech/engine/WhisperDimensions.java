package parley.speech.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/// The sizes of one Whisper model (`ModelDimensions` in OpenAI's `model.py`), read from the shapes
/// of its networks.
///
/// @param melBands rows of the encoder's input
/// @param layers of the decoder
/// @param heads of each layer's attention
/// @param headSize numbers that a head keeps of each token
/// @param vocabulary how many tokens there are
record WhisperDimensions(int melBands, int layers, int heads, int headSize, int vocabulary) {
  static WhisperDimensions of(OrtSession encoder, OrtSession decoder) throws OrtException {
    long[] mel = Sessions.shape(encoder.getInputInfo(), "mel");
    // Layers, beams, heads, tokens, head size.
    long[] keys = Sessions.shape(decoder.getInputInfo(), "past_k");
    long[] logits = Sessions.shape(decoder.getOutputInfo(), "logits");
    return new WhisperDimensions(
        (int) mel[1], (int) keys[0], (int) keys[2], (int) keys[4], (int) logits[2]);
  }

  /// Numbers that one layer keeps of each token.
  int layerWidth() {
    return heads * headSize;
  }
}
