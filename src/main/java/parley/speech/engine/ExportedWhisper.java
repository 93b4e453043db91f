package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whisper as Hugging Face's `optimum` exports it. Each layer's keys and values are tensors of
/// their own, and every window has 30 seconds.
final class ExportedWhisper implements WhisperModel {
  private static final List<String> KINDS = List.of("key", "value");
  private static final String HEARD = "encoder_hidden_states";
  private static final String ENCODED = "last_hidden_state";
  private static final String LOGITS = "logits";

  private final ExportedModel model;
  private final ExportedNetworks networks;

  /// Whether one copy of the audio's keys and values serves all beams.
  private final boolean broadcasts;

  private ExportedWhisper(ExportedModel model, ExportedNetworks networks, boolean broadcasts) {
    this.model = model;
    this.networks = networks;
    this.broadcasts = broadcasts;
  }

  /// Loads the networks and runs each of them, which also shows whether the decoder shares the
  /// audio's keys and values between beams: some exports then compute nonsense without an error.
  static ExportedWhisper load(ExportedModel model, WhisperDevice device) throws OrtException {
    ExportedNetworks networks = ExportedNetworks.load(model, device);
    try {
      networks.encoder().requireFloats("input_features");
      networks.next().requireFloats(past(0, "decoder", "key"));
      ExportedWhisper sharing = new ExportedWhisper(model, networks, true);
      if (sharing.isSameForEachBeam()) {
        return sharing;
      }
      ExportedWhisper repeating = new ExportedWhisper(model, networks, false);
      if (repeating.isSameForEachBeam()) {
        return repeating;
      }
      throw new OrtException("its decoder does not compute the same for each beam");
    } catch (OrtException | RuntimeException e) {
      networks.close();
      throw e;
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

  @Override
  public boolean hasHalfCache() {
    return networks.next().takesHalf(past(0, "decoder", "key"));
  }

  @Override
  public Optional<TextScorer> scorer() {
    return Optional.empty();
  }

  /// Whether the decoder returns its attention, which word times are computed from.
  boolean returnsAttention() {
    return !model.alignmentHeads().isEmpty()
        && model.alignmentHeads().stream()
            .allMatch(head ->
                head.head() < dimensions().heads()
                    && networks.decoder().returns(attention(head.layer())));
  }

  private static String attention(int layer) {
    return "cross_attentions." + layer;
  }

  @Override
  public EncodedAudio encode(FloatBuffer mel, int columns) throws OrtException {
    try (ExportedRun run = new ExportedRun(networks.encoder())) {
      run.give("input_features", mel, 1, dimensions().melBands(), columns);
      if (!networks.encoder().isOnDevice()) {
        return new EncodedAudio(run.run(Set.of(ENCODED)));
      }
      OnnxTensor encoded =
          networks.encoder().onDevice(ENCODED, 1, columns / 2, dimensions().layerWidth());
      run.receive(ENCODED, encoded);
      return new EncodedAudio(run.run(Set.of()), List.of(encoded));
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
    computed.add(LOGITS);
    List<OnnxTensor> onDevice = new ArrayList<>();
    try (ExportedRun run = new ExportedRun(networks.decoder())) {
      run.giveTokens(tokens, 1, 0);
      run.give(HEARD, audio.hiddenState());
      run.giveEmptyPast(dimensions());
      forEachLayer((layer, kind) -> {
        receive(run, cache, layer, kind, tokens.length);
        String heard = present(layer, "encoder", kind);
        // What has to be repeated for each beam is repeated outside the device.
        if (broadcasts && networks.decoder().isOnDevice()) {
          OnnxTensor kept = networks.decoder().onDevice(heard, heardShape());
          onDevice.add(kept);
          run.receive(heard, kept);
        } else {
          computed.add(heard);
        }
      });
      OrtSession.Result result = run.run(computed);
      audio.keep(result, onDevice);
      FloatBuffer logits = ((OnnxTensor) result.get(LOGITS).orElseThrow()).getFloatBuffer();
      int size = dimensions().vocabulary();
      cache.logits().put(0, logits, (tokens.length - 1) * size, size);
    }
    cache.keep(tokens.length);
  }

  /// The shape of a layer's keys or values of the audio.
  private long[] heardShape() {
    return new long[] {1, dimensions().heads(), MAX_COLUMNS / 2, dimensions().headSize()};
  }

  /// Adds one token to each beam.
  private void next(EncodedAudio audio, KeyValueCache cache, long[] tokens) throws OrtException {
    int beams = cache.beams();
    try (ExportedRun run = new ExportedRun(networks.next())) {
      run.giveTokens(tokens, beams, cache.tokens());
      run.give(HEARD, audio.hiddenState());
      forEachLayer((layer, kind) -> {
        KeyValueCache.Layer written = cache.past(layer, isKey(kind));
        run.give(past(layer, "decoder", kind), written.numbers(), written.shape());
        OnnxTensor heard = audio.cross(present(layer, "encoder", kind));
        run.give(
            past(layer, "encoder", kind),
            broadcasts || beams == 1 ? heard : run.own(repeated(heard, beams)));
        receive(run, cache, layer, kind, 1);
      });
      run.receive(LOGITS, cache.logits(), beams, 1, dimensions().vocabulary());
      run.run(Set.of()).close();
    }
    cache.keep(1);
  }

  private static void receive(
      ExportedRun run, KeyValueCache cache, int layer, String kind, int added) throws OrtException {
    KeyValueCache.Layer written = cache.present(layer, isKey(kind), added);
    run.receive(present(layer, "decoder", kind), written.numbers(), written.shape());
  }

  private static OnnxTensor repeated(OnnxTensor one, int beams) throws OrtException {
    long[] shape = one.getInfo().getShape();
    ByteBuffer values = one.getByteBuffer();
    ByteBuffer copies = DirectMemory.bytes(values.limit() * beams);
    for (int beam = 0; beam < beams; beam++) {
      copies.put(beam * values.limit(), values, 0, values.limit());
    }
    shape[0] = beams;
    return OnnxTensor.createTensor(Sessions.environment(), copies, shape, one.getInfo().type);
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
    try (ExportedRun run = new ExportedRun(networks.decoder())) {
      run.giveTokens(layout().numbers(tokens), 1, 0);
      run.give(HEARD, audio.hiddenState());
      run.giveEmptyPast(dimensions());
      try (OrtSession.Result result = run.run(wanted)) {
        for (int i = 0; i < seen.length; i++) {
          ExportedModel.AlignmentHead head = heads.get(i);
          OnnxTensor layer = (OnnxTensor) result.get(attention(head.layer())).orElseThrow();
          seen[i] = ((float[][][][]) layer.getValue())[0][head.head()];
        }
      }
    }
    return Optional.of(seen);
  }

  private static String past(int layer, String part, String kind) {
    return "past_key_values.%d.%s.%s".formatted(layer, part, kind);
  }

  private static String present(int layer, String part, String kind) {
    return "present.%d.%s.%s".formatted(layer, part, kind);
  }

  private static boolean isKey(String kind) {
    return kind.equals("key");
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

  private boolean isSameForEachBeam() throws OrtException {
    FloatBuffer silence = DirectMemory.floats(dimensions().melBands() * WhisperModel.MAX_COLUMNS);
    try (EncodedAudio audio = encode(silence, WhisperModel.MAX_COLUMNS)) {
      float[] alone = lastScores(audio, 1);
      try {
        return isSame(alone, lastScores(audio, 2));
      } catch (OrtException refused) {
        if (broadcasts) {
          return false;
        }
        throw refused;
      }
    }
  }

  /// The logits of the last beam after two tokens.
  private float[] lastScores(EncodedAudio audio, int beams) throws OrtException {
    KeyValueCache cache = new KeyValueCache(this);
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
    networks.close();
  }
}
