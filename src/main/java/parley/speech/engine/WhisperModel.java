package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Whisper's encoder and decoder networks. The encoder turns a [LogMel] spectrogram into the keys
/// and values that the decoder attends to; the decoder computes the logits of the next token.
final class WhisperModel implements AutoCloseable {
  /// Columns of 30 seconds, the window that Whisper was trained on; the maximum.
  static final int MAX_COLUMNS = 3000;

  /// Positions of the decoder.
  static final int MAX_TOKENS = 448;

  /// The decoder's input that says for which tokens to return logits: from this one on, counted
  /// from the end if negative. Models that were exported without it return those of the last.
  private static final String FIRST = "first";

  private final OrtEnvironment environment = Sessions.environment();
  private final OrtSession encoder;
  private final OrtSession decoder;
  private final WhisperDimensions dimensions;

  /// Whether the decoder can return the logits of several tokens at once.
  private final boolean scoring;

  private WhisperModel(OrtSession encoder, OrtSession decoder) throws OrtException {
    this.encoder = encoder;
    this.decoder = decoder;
    this.dimensions = WhisperDimensions.of(encoder, decoder);
    this.scoring = decoder.getInputNames().contains(FIRST);
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
        KeyValueCache.Step step = cache.step(added);
        OnnxTensor last = first(-1)) {
      decoder
          .run(
              inputs(audio, next, step.pastKeys(), step.pastValues(), last),
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
        OnnxTensor last = first(-1);
        OrtSession.Result result =
            decoder.run(inputs(audio, written, nothing, nothing, last), Set.of("alignment"))) {
      return ((float[][][][]) result.get(0).getValue())[0];
    }
  }

  /// Whether [#score] works with this model.
  boolean canScore() {
    return scoring;
  }

  /// Computes the logits after each of these tokens from number `first` on, in one run.
  ///
  /// @param logits receives them row by row, [WhisperDimensions#vocabulary] numbers each; outside
  ///   the heap, at least as many as there are
  void score(EncodedAudio audio, int first, FloatBuffer logits, long... tokens)
      throws OrtException {
    int rows = tokens.length - first;
    try (OnnxTensor written =
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(tokens), new long[] {1, tokens.length});
        OnnxTensor nothing = noPast();
        OnnxTensor from = first(first);
        OnnxTensor scores =
            OnnxTensor.createTensor(
                environment,
                logits.slice(0, rows * dimensions.vocabulary()),
                new long[] {1, rows, dimensions.vocabulary()})) {
      decoder.run(inputs(audio, written, nothing, nothing, from), Map.of("logits", scores)).close();
    }
  }

  private Map<String, OnnxTensor> inputs(
      EncodedAudio audio, OnnxTensor tokens, OnnxTensor keys, OnnxTensor values, OnnxTensor first) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put("tokens", tokens);
    inputs.put("past_k", keys);
    inputs.put("past_v", values);
    inputs.put("cross_k", audio.keys());
    inputs.put("cross_v", audio.values());
    if (scoring) {
      inputs.put(FIRST, first);
    }
    return inputs;
  }

  private OnnxTensor first(int token) throws OrtException {
    return OnnxTensor.createTensor(environment, new long[] {token});
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
