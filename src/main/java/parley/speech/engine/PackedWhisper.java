package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Whisper as `models/convert` writes it: the encoder computes the keys and values that the decoder
/// attends to, each layer's under the name of the decoder's input (interface in
/// `models/README.md`).
final class PackedWhisper implements WhisperModel {
  /// The decoder's input that says for which tokens to return logits: from this one on, counted
  /// from the end if negative. Models that were exported without it return those of the last.
  private static final String FIRST = "first";

  /// The last token alone.
  private static final int LAST = -1;

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
    int added = tokens.length / cache.beams();
    try (Run run = new Run(audio, cache.beams(), tokens, LAST);
        OnnxTensor logits = cache.logitsTensor()) {
      Map<String, OnnxTensor> outputs = new HashMap<>(Map.of("logits", logits));
      for (int layer = 0; layer < dimensions.layers(); layer++) {
        run.give("past_k_" + layer, cache.past(layer, true));
        run.give("past_v_" + layer, cache.past(layer, false));
        outputs.put("present_k_" + layer, run.own(cache.present(layer, true, added)));
        outputs.put("present_v_" + layer, run.own(cache.present(layer, false, added)));
      }
      decoder.run(run.inputs, outputs).close();
      cache.keep(added);
      return cache.logits();
    }
  }

  @Override
  public Optional<float[][][]> attention(EncodedAudio audio, long... tokens) throws OrtException {
    try (Run run = new Run(audio, 1, tokens, LAST)) {
      run.giveNoPast();
      try (OrtSession.Result result = decoder.run(run.inputs, Set.of("alignment"))) {
        return Optional.of(((float[][][][]) result.get(0).getValue())[0]);
      }
    }
  }

  @Override
  public Optional<TextScorer> scorer() {
    return scoring ? Optional.of(this::score) : Optional.empty();
  }

  private void score(EncodedAudio audio, int first, FloatBuffer logits, long... tokens)
      throws OrtException {
    int rows = tokens.length - first;
    try (Run run = new Run(audio, 1, tokens, first);
        OnnxTensor scores =
            OnnxTensor.createTensor(
                environment,
                logits.slice(0, rows * dimensions.vocabulary()),
                new long[] {1, rows, dimensions.vocabulary()})) {
      run.giveNoPast();
      decoder.run(run.inputs, Map.of("logits", scores)).close();
    }
  }

  /// The inputs of one run of the decoder.
  private final class Run implements AutoCloseable {
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final List<OnnxTensor> owned = new ArrayList<>();

    /// @param tokens beam by beam
    /// @param first see [#FIRST]
    Run(EncodedAudio audio, int beams, long[] tokens, int first) throws OrtException {
      inputs.putAll(audio.outputs());
      inputs.put(
          "tokens",
          own(
              OnnxTensor.createTensor(
                  environment,
                  LongBuffer.wrap(tokens),
                  new long[] {beams, tokens.length / beams})));
      if (scoring) {
        inputs.put(FIRST, own(OnnxTensor.createTensor(environment, new long[] {first})));
      }
    }

    void give(String name, KeyValueCache.Layer layer) throws OrtException {
      inputs.put(name, own(layer));
    }

    /// Gives an empty cache.
    void giveNoPast() throws OrtException {
      OnnxTensor nothing =
          own(
              OnnxTensor.createTensor(
                  environment,
                  DirectMemory.floats(0),
                  new long[] {1, dimensions.heads(), 0, dimensions.headSize()}));
      for (int layer = 0; layer < dimensions.layers(); layer++) {
        inputs.put("past_k_" + layer, nothing);
        inputs.put("past_v_" + layer, nothing);
      }
    }

    OnnxTensor own(KeyValueCache.Layer layer) throws OrtException {
      return own(
          OnnxTensor.createTensor(environment, layer.numbers().asFloatBuffer(), layer.shape()));
    }

    private OnnxTensor own(OnnxTensor tensor) {
      owned.add(tensor);
      return tensor;
    }

    @Override
    public void close() {
      owned.forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    decoder.close();
  }
}
