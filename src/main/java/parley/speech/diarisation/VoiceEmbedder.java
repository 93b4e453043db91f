package parley.speech.diarisation;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import parley.speech.engine.EngineUnavailable;
import parley.speech.engine.Sessions;

/// CAM++: turns the sound of one person's speech into a [VoiceEmbedding]. Any number of threads may
/// use it at a time.
///
/// The network gives all voices heard over a telephone a large part in common, which makes strangers
/// look alike there and one person unlike themselves elsewhere. So the mean of many voices over the
/// same kind of line is taken off ([EmbeddingMeans]): telephone against telephone, one threshold then
/// serves for all, and wide-band profiles are found over the telephone.
public final class VoiceEmbedder implements AutoCloseable {
  /// Which network and which centring made an embedding; those of different models are never
  /// compared.
  public static final String MODEL = "campplus-zh-en-192/1";

  /// The length of an embedding.
  public static final int DIMENSIONS = 192;

  /// Samples below which the network has too little to go by: 0.4 s.
  public static final int MIN_SAMPLES = 6_400;

  /// Samples beyond which an embedding hardly gets better; what is longer is cut here: 8 s.
  public static final int MAX_SAMPLES = 128_000;

  private final OrtEnvironment environment = Sessions.environment();
  private final OrtSession session;
  private final EmbeddingMeans means;

  private VoiceEmbedder(OrtSession session, EmbeddingMeans means) {
    this.session = session;
    this.means = means;
  }

  static VoiceEmbedder load(Path model, EmbeddingMeans means, int threads) throws OrtException {
    try (OrtSession.SessionOptions options = Sessions.options(threads)) {
      return new VoiceEmbedder(
          Sessions.environment().createSession(model.toString(), options), means);
    }
  }

  /// Embeds the speech of one person. Takes about 18 ms of one processor per second of sound.
  ///
  /// @param samples 16 kHz, −1 to 1; at least [#MIN_SAMPLES], of which at most [#MAX_SAMPLES] count
  /// @throws IllegalArgumentException when there are too few
  /// @throws UncheckedIOException of [EngineUnavailable] when the model fails
  public VoiceEmbedding embed(float[] samples) {
    return hear(samples).voice();
  }

  /// A voice and the kind of line that it came over.
  record Heard(VoiceEmbedding voice, Bandwidth line) {}

  /// As [#embed].
  Heard hear(float[] samples) {
    if (samples.length < MIN_SAMPLES) {
      throw new IllegalArgumentException("Too few samples to know a voice: " + samples.length);
    }
    float[] features =
        new FilterBank()
            .of(
                samples.length <= MAX_SAMPLES
                    ? samples
                    : Arrays.copyOf(samples, MAX_SAMPLES));
    Bandwidth line = Bandwidth.of(features);
    float[] mean = means.of(line);
    VoiceEmbedding raw = VoiceEmbedding.of(run(features));
    float[] centred = raw.values();
    for (int i = 0; i < DIMENSIONS; i++) {
      centred[i] -= mean[i];
    }
    return new Heard(VoiceEmbedding.of(centred), line);
  }

  private float[] run(float[] features) {
    int frames = features.length / FilterBank.BANDS;
    double[] means = new double[FilterBank.BANDS];
    for (int i = 0; i < features.length; i++) {
      means[i % FilterBank.BANDS] += features[i] / frames;
    }
    FloatBuffer input =
        ByteBuffer.allocateDirect(features.length * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int i = 0; i < features.length; i++) {
      input.put(i, (float) (features[i] - means[i % FilterBank.BANDS]));
    }
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(
                environment, input, new long[] {1, frames, FilterBank.BANDS});
        OrtSession.Result result = session.run(Map.of("feats", tensor))) {
      float[] embedding = new float[DIMENSIONS];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(embedding);
      return embedding;
    } catch (OrtException | IllegalStateException e) {
      // A session that was closed throws the latter.
      throw EngineUnavailable.unchecked(e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("The session was closed twice", e);
    }
  }
}
