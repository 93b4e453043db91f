package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.Optional;

/// Whisper's encoder and decoder networks. The encoder turns a [LogMel] spectrogram into what the
/// decoder attends to; the decoder computes the logits of the next token.
///
/// Tokens are those of Whisper's multilingual vocabulary, see [Vocabulary], whatever the model's
/// own numbers are.
sealed interface WhisperModel extends AutoCloseable permits PackedWhisper, ExportedWhisper {
  /// Columns of 30 seconds, the window that Whisper was trained on; the maximum.
  int MAX_COLUMNS = 3000;

  /// Positions of the decoder.
  int MAX_TOKENS = 448;

  WhisperDimensions dimensions();

  /// Returns how the model numbers its tokens.
  TokenLayout layout();

  /// Whether every window has to have [#MAX_COLUMNS].
  boolean needsFullWindow();

  /// Whether keys and values of its cache are 16-bit floats, instead of 32-bit ones.
  boolean hasHalfCache();

  /// Encodes one window.
  ///
  /// @param mel row by row, mel bands × `columns`, outside the heap; read in place
  /// @param columns even, at most [#MAX_COLUMNS]
  /// @return the encoded audio; the caller closes it
  EncodedAudio encode(FloatBuffer mel, int columns) throws OrtException;

  /// Adds the same number of tokens to each beam of `cache`: any number to an empty cache,
  /// otherwise one.
  ///
  /// @param tokens beam by beam
  /// @return the logits after each beam's last token, beam by beam, in the model's own order of
  ///   tokens; valid until the next call
  FloatBuffer write(EncodedAudio audio, KeyValueCache cache, long... tokens) throws OrtException;

  /// Returns the cross-attention of the alignment heads for these tokens; empty if the model does
  /// not return it.
  ///
  /// @return heads × tokens × columns of 20 ms
  Optional<float[][][]> attention(EncodedAudio audio, long... tokens) throws OrtException;

  /// Returns what computes the logits of several tokens at once; empty if the model returns those
  /// of the last token alone.
  Optional<TextScorer> scorer();

  @Override
  void close() throws OrtException;
}
