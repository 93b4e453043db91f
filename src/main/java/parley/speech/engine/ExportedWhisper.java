package parley.speech.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whisper as Hugging Face's `optimum` exports it. Each layer's keys and values are tensors of
/// their own, and every window has 30 seconds.
final class ExportedWhisper implements WhisperModel {
  private static final List<String> KINDS = List.of("key", "value");

  private final OrtEnvironment environment = Sessions.environment();
  private final ExportedModel model;
  private final OrtSession encoder;

  /// Runs without a cache; with one too, unless there is another network for that.
  private final OrtSession decoder;

  private final @Nullable OrtSession withPast;

  /// Whether one copy of the audio's keys and values serves all beams.
  private boolean broadcasts;

  private ExportedWhisper(
      ExportedModel model, OrtSession encoder, OrtSession decoder, @Nullable OrtSession withPast) {
    this.model = model;
    this.encoder = encoder;
    this.decoder = decoder;
    this.withPast = withPast;
  }

  /// Loads the networks and runs each of them once.
  ///
  /// @param threads that one run may use
  static ExportedWhisper load(ExportedModel model, int threads) throws OrtException {
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(threads)) {
      OrtSession encoder = environment.createSession(model.encoder().toString(), options);
      OrtSession decoder = environment.createSession(model.decoder().toString(), options);
      OrtSession withPast =
          model.decoderWithPast().isPresent()
              ? environment.createSession(model.decoderWithPast().get().toString(), options)
              : null;
      ExportedWhisper loaded = new ExportedWhisper(model, encoder, decoder, withPast);
      loaded.check();
      return loaded;
    }
  }

  @Override
  public WhisperDimensions dimensions() {
    return model.dimensions();
  }

  @Override
  public TokenLayout layout() {
    return model.layout();
  }

  @Override
  public boolean needsFullWindow() {
    return true;
  }

  /// Whether the decoder returns its attention, which word times are computed from.
  boolean returnsAttention() {
    return !model.alignmentHeads().isEmpty()
        && model.alignmentHeads().stream()
            .allMatch(head ->
                head.head() < dimensions().heads()
                    && decoder.getOutputNames().contains(attention(head.layer())));
  }

  private static String attention(int layer) {
    return "cross_attentions." + layer;
  }

  @Override
  public EncodedAudio encode(FloatBuffer mel, int columns) throws OrtException {
    try (OnnxTensor features =
        OnnxTensor.createTensor(
            environment, mel, new long[] {1, dimensions().melBands(), columns})) {
      return new EncodedAudio(
          encoder.run(Map.of("input_features", features), Set.of("last_hidden_state")));
    }
  }

  @Override
  public FloatBuffer write(EncodedAudio audio, KeyValueCache cache, long... tokens)
      throws OrtException {
    long[] numbers = layout().numbers(tokens);
    if (cache.tokens() == 0) {
      begin(audio, cache, numbers);
    } else {
      next(audio, cache, numbers);
    }
    return cache.logits();
  }

  /// Writes the first tokens, with which the decoder computes its keys and values of the audio.
  private void begin(EncodedAudio audio, KeyValueCache cache, long[] tokens) throws OrtException {
    Set<String> computed = new LinkedHashSet<>();
    computed.add("logits");
    forEachLayer((layer, kind) -> computed.add(present(layer, "encoder", kind)));
    Map<String, OnnxTensor> pinned = new HashMap<>();
    try (Inputs inputs = new Inputs(decoder, 1, tokens, 0)) {
      inputs.put("encoder_hidden_states", audio.hiddenState());
      inputs.putEmptyPast();
      forEachLayer((layer, kind) ->
          pinned.put(
              present(layer, "decoder", kind),
              cache.present(layer, kind.equals("key"), tokens.length)));
      OrtSession.Result result = decoder.run(inputs.tensors, computed, pinned);
      audio.keep(result);
      FloatBuffer logits = ((OnnxTensor) result.get("logits").orElseThrow()).getFloatBuffer();
      int size = dimensions().vocabulary();
      cache.logits().put(0, logits, (tokens.length - 1) * size, size);
    } finally {
      pinned.values().forEach(OnnxTensor::close);
    }
    cache.keep(tokens.length);
  }

  /// Adds one token to each beam.
  private void next(EncodedAudio audio, KeyValueCache cache, long[] tokens) throws OrtException {
    OrtSession session = withPast == null ? decoder : withPast;
    int beams = cache.beams();
    Map<String, OnnxTensor> pinned = new HashMap<>();
    try (Inputs inputs = new Inputs(session, beams, tokens, cache.tokens())) {
      inputs.put("encoder_hidden_states", audio.hiddenState());
      forEachLayer((layer, kind) -> {
        boolean keys = kind.equals("key");
        inputs.own(past(layer, "decoder", kind), cache.past(layer, keys));
        OnnxTensor heard = audio.cross(present(layer, "encoder", kind));
        if (broadcasts || beams == 1) {
          inputs.put(past(layer, "encoder", kind), heard);
        } else {
          inputs.own(past(layer, "encoder", kind), repeated(heard, beams));
        }
        pinned.put(present(layer, "decoder", kind), cache.present(layer, keys, 1));
      });
      pinned.put(
          "logits",
          OnnxTensor.createTensor(
              environment, cache.logits(), new long[] {beams, 1, dimensions().vocabulary()}));
      session.run(inputs.tensors, Set.of(), pinned).close();
    } finally {
      pinned.values().forEach(OnnxTensor::close);
    }
    cache.keep(1);
  }

  private OnnxTensor repeated(OnnxTensor one, int beams) throws OrtException {
    long[] shape = one.getInfo().getShape();
    FloatBuffer values = one.getFloatBuffer();
    FloatBuffer copies = DirectMemory.floats(values.limit() * beams);
    for (int beam = 0; beam < beams; beam++) {
      copies.put(beam * values.limit(), values, 0, values.limit());
    }
    shape[0] = beams;
    return OnnxTensor.createTensor(environment, copies, shape);
  }

  @Override
  public Optional<float[][][]> attention(EncodedAudio audio, long... tokens) throws OrtException {
    if (!returnsAttention()) {
      return Optional.empty();
    }
    List<ExportedModel.AlignmentHead> heads = model.alignmentHeads();
    Set<String> wanted = new LinkedHashSet<>();
    heads.forEach(head -> wanted.add(attention(head.layer())));
    float[][][] seen = new float[heads.size()][][];
    try (Inputs inputs = new Inputs(decoder, 1, layout().numbers(tokens), 0)) {
      inputs.put("encoder_hidden_states", audio.hiddenState());
      inputs.putEmptyPast();
      try (OrtSession.Result result = decoder.run(inputs.tensors, wanted)) {
        for (int i = 0; i < seen.length; i++) {
          ExportedModel.AlignmentHead head = heads.get(i);
          OnnxTensor layer = (OnnxTensor) result.get(attention(head.layer())).orElseThrow();
          seen[i] = ((float[][][][]) layer.getValue())[0][head.head()];
        }
      }
    }
    return Optional.of(seen);
  }

  /// The inputs of one run.
  private final class Inputs implements AutoCloseable {
    final Map<String, OnnxTensor> tensors = new HashMap<>();
    private final Map<String, OnnxTensor> owned = new HashMap<>();
    private final Map<String, NodeInfo> wanted;

    Inputs(OrtSession session, int beams, long[] tokens, int past) throws OrtException {
      this.wanted = session.getInputInfo();
      int added = tokens.length / beams;
      own(
          "input_ids",
          OnnxTensor.createTensor(environment, LongBuffer.wrap(tokens), new long[] {beams, added}));
      own("use_cache_branch", OnnxTensor.createTensor(environment, new boolean[] {past > 0}));
      long[] positions = new long[added];
      for (int i = 0; i < added; i++) {
        positions[i] = (long) past + i;
      }
      own("cache_position", OnnxTensor.createTensor(environment, positions));
    }

    /// Adds an input, if the network takes it, that the caller closes.
    void put(String name, OnnxTensor tensor) {
      if (wanted.containsKey(name)) {
        tensors.put(name, tensor);
      }
    }

    /// Adds an input, if the network takes it, that is closed with these.
    void own(String name, OnnxTensor tensor) {
      owned.put(name, tensor);
      put(name, tensor);
    }

    void putEmptyPast() throws OrtException {
      long[] shape = {1, dimensions().heads(), 0, dimensions().headSize()};
      for (String name : wanted.keySet()) {
        if (name.startsWith("past_key_values.")) {
          own(name, OnnxTensor.createTensor(environment, DirectMemory.floats(0), shape));
        }
      }
    }

    @Override
    public void close() {
      owned.values().forEach(OnnxTensor::close);
    }
  }

  private static String past(int layer, String part, String kind) {
    return "past_key_values.%d.%s.%s".formatted(layer, part, kind);
  }

  private static String present(int layer, String part, String kind) {
    return "present.%d.%s.%s".formatted(layer, part, kind);
  }

  private interface LayerWork {
    void on(int layer, String kind) throws OrtException;
  }

  private void forEachLayer(LayerWork work) throws OrtException {
    for (int layer = 0; layer < dimensions().layers(); layer++) {
      for (String kind : KINDS) {
        work.on(layer, kind);
      }
    }
  }

  /// Runs each network once, and finds out whether the decoder shares the audio's keys and values
  /// between beams: some exports then compute nonsense without an error.
  private void check() throws OrtException {
    requireFloats(encoder, "input_features");
    requireFloats(withPast == null ? decoder : withPast, past(0, "decoder", "key"));
    FloatBuffer silence = DirectMemory.floats(dimensions().melBands() * WhisperModel.MAX_COLUMNS);
    try (EncodedAudio audio = encode(silence, WhisperModel.MAX_COLUMNS)) {
      float[] alone = scores(audio, 1);
      try {
        broadcasts = true;
        broadcasts = isSame(alone, scores(audio, 2));
      } catch (OrtException refused) {
        broadcasts = false;
      }
      if (!broadcasts && !isSame(alone, scores(audio, 2))) {
        throw new OrtException("its decoder does not compute the same for each beam");
      }
    }
  }

  private static void requireFloats(OrtSession session, String name) throws OrtException {
    NodeInfo node = session.getInputInfo().get(name);
    if (node == null || !(node.getInfo() instanceof TensorInfo tensor)) {
      throw new OrtException("its network has no input " + name);
    }
    if (tensor.type != OnnxJavaType.FLOAT) {
      throw new OrtException(
          "its input " + name + " is " + tensor.type + ", and only 32-bit floats are supported");
    }
  }

  /// The logits of the last beam after two tokens.
  private float[] scores(EncodedAudio audio, int beams) throws OrtException {
    KeyValueCache cache = new KeyValueCache(dimensions());
    cache.begin(beams, 2);
    write(audio, cache, Vocabulary.START_OF_TRANSCRIPT);
    cache.rearrange(new int[beams]);
    long[] tokens = new long[beams];
    Arrays.fill(tokens, Vocabulary.WITHOUT_TIMESTAMPS);
    float[] scores = new float[Vocabulary.SIZE];
    layout().copy(write(audio, cache, tokens), beams - 1, scores);
    return scores;
  }

  private static boolean isSame(float[] one, float[] other) {
    for (int i = 0; i < one.length; i++) {
      if (Math.abs(one[i] - other[i]) > 0.1f) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    decoder.close();
    if (withPast != null) {
      withPast.close();
    }
  }
}
