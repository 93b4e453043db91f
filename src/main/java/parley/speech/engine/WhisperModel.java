package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/// Whisper's encoder and decoder networks. The encoder turns a [LogMel] spectrogram into the keys
/// and values that the decoder attends to; the decoder computes the logits of the next token.
final class WhisperModel implements AutoCloseable {
  /// Columns of 30 seconds, the window that Whisper was trained on; the maximum.
  static final int MAX_COLUMNS = 3000;

  /// Positions of the decoder.
  static final int MAX_TOKENS = 448;

  private final OrtEnvironment environment = Sessions.environment();
  private final OrtSession encoder;
  private final OrtSession decoder;
  private final WhisperDimensions dimensions;

  private WhisperModel(OrtSession encoder, OrtSession decoder) throws OrtException {
    this.encoder = encoder;
    this.decoder = decoder;
    this.dimensions = WhisperDimensions.of(encoder, decoder);
    if (dimensions.vocabulary() != Vocabulary.SIZE) {
      throw new OrtException(
          "the model has %d tokens, not the %d of Whisper's multilingual vocabulary"
              .formatted(dimensions.vocabulary(), Vocabulary.SIZE));
    }
  }

  /// Loads both networks.
  ///
  /// @param threads that one run may use
  static WhisperModel load(Path encoder, Path decoder, int threads) throws OrtException {
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(threads)) {
      return new WhisperModel(
          environment.createSession(encoder.toString(), options),
          environment.createSession(decoder.toString(), options));
    }
  }

  WhisperDimensions dimensions() {
    return dimensions;
  }

  /// Encodes one window.
  ///
  /// @param mel row by row, mel bands × `columns`, outside the heap; read in place
  /// @param columns even, at most [#MAX_COLUMNS]
  /// @return the encoded audio; the caller closes it
  EncodedAudio encode(FloatBuffer mel, int columns) throws OrtException {
    try (OnnxTensor picture =
        OnnxTensor.createTensor(environment, mel, new long[] {1, dimensions.melBands(), columns})) {
      return new EncodedAudio(encoder.run(Map.of("mel", picture)));
    }
  }

  /// Adds the same number of tokens to each beam of `cache`.
  ///
  /// All beams attend to the same audio: the network broadcasts its keys without copying, so five
  /// beams cost about twice as much as one.
  ///
  /// @param tokens beam by beam
  /// @return the logits after each beam's last token, beam by beam; valid until the next call
  FloatBuffer write(EncodedAudio audio, KeyValueCache cache, long... tokens) throws OrtException {
    int beams = cache.beams();
    int added = tokens.length / beams;
    try (OnnxTensor next =
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(tokens), new long[] {beams, added});
        KeyValueCache.Step step = cache.step(added)) {
      decoder
          .run(
              Map.of(
                  "tokens",
                  next,
                  "past_k",
                  step.pastKeys(),
                  "past_v",
                  step.pastValues(),
                  "cross_k",
                  audio.keys(),
                  "cross_v",
                  audio.values()),
              Map.of(
                  "logits", step.logits(),
                  "present_k", step.keys(),
                  "present_v", step.values()))
          .close();
      cache.keep(added);
      return cache.logits();
    }
  }

  /// Returns the cross-attention of the alignment heads for these tokens.
  ///
  /// @return heads × tokens × columns of 20 ms
  float[][][] attention(EncodedAudio audio, long... tokens) throws OrtException {
    try (OnnxTensor written =
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(tokens), new long[] {1, tokens.length});
        OnnxTensor nothing = noPast();
        OrtSession.Result result =
            decoder.run(
                Map.of(
                    "tokens", written,
                    "past_k", nothing,
                    "past_v", nothing,
                    "cross_k", audio.keys(),
                    "cross_v", audio.values()),
                Set.of("alignment"))) {
      return ((float[][][][]) result.get(0).getValue())[0];
    }
  }

  /// Returns the keys, or values, of an empty cache; the caller closes the tensor.
  private OnnxTensor noPast() throws OrtException {
    return OnnxTensor.createTensor(
        environment,
        DirectMemory.floats(0),
        new long[] {dimensions.layers(), 1, dimensions.heads(), 0, dimensions.headSize()});
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    decoder.close();
  }
}
