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
import java.util.Optional;
import java.util.Set;

/// Whisper as `models/convert` writes it: the encoder computes the keys and values that the decoder
/// attends to, and each kind of them is one tensor for all layers (interface in
/// `models/README.md`).
final class PackedWhisper implements WhisperModel {
  /// The decoder's input that says for which tokens to return logits: from this one on, counted
  /// from the end if negative. Models that were exported without it return those of the last.
  private static final String FIRST = "first";

  private final OrtEnvironment environment = Sessions.environment();
  private final OrtSession encoder;
  private final OrtSession decoder;
  private final WhisperDimensions dimensions;

  /// Whether the decoder can return the logits of several tokens at once.
  private final boolean scoring;

  private PackedWhisper(OrtSession encoder, OrtSession decoder) throws OrtException {
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
  static PackedWhisper load(Path encoder, Path decoder, int threads) throws OrtException {
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(threads)) {
      return new PackedWhisper(
          environment.createSession(encoder.toString(), options),
          environment.createSession(decoder.toString(), options));
    }
  }

  @Override
  public WhisperDimensions dimensions() {
    return dimensions;
  }

  @Override
  public TokenLayout layout() {
    return TokenLayout.MULTILINGUAL;
  }

  @Override
  public boolean needsFullWindow() {
    return false;
  }

  @Override
  public boolean hasHalfCache() {
    return false;
  }

  @Override
  public EncodedAudio encode(FloatBuffer mel, int columns) throws OrtException {
    try (OnnxTensor picture =
            OnnxTensor.createTensor(
                environment, mel, new long[] {1, dimensions.melBands(), columns});
        OrtSession.RunOptions options = Sessions.returningMemory()) {
      return new EncodedAudio(encoder.run(Map.of("mel", picture), options));
    }
  }

  /// All beams attend to the same audio: the network broadcasts its keys without copying, so five
  /// beams cost about twice as much as one.
  @Override
  public FloatBuffer write(EncodedAudio audio, KeyValueCache cache, long... tokens)
      throws OrtException {
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

  @Override
  public Optional<float[][][]> attention(EncodedAudio audio, long... tokens) throws OrtException {
    try (OnnxTensor written =
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(tokens), new long[] {1, tokens.length});
        OnnxTensor nothing = noPast();
        OnnxTensor last = first(-1);
        OrtSession.Result result =
            decoder.run(inputs(audio, written, nothing, nothing, last), Set.of("alignment"))) {
      return Optional.of(((float[][][][]) result.get(0).getValue())[0]);
    }
  }

  @Override
  public Optional<TextScorer> scorer() {
    return scoring ? Optional.of(this::score) : Optional.empty();
  }

  private void score(EncodedAudio audio, int first, FloatBuffer logits, long... tokens)
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
    Map<String, OnnxTensor> inputs =
        new HashMap<>(
            Map.of(
                "tokens", tokens,
                "past_k", keys,
                "past_v", values,
                "cross_k", audio.keys(),
                "cross_v", audio.values()));
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
