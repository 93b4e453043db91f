package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Moonshine's encoder and decoder, for English. Their cost grows with the audio, while Whisper has
/// a high fixed cost per window; that makes Moonshine the model for frequent partial results.
///
/// Thread-safe.
final class MoonshineModel implements AutoCloseable {
  private static final int RATE = 16_000;

  /// Faster than anybody speaks; the model's own limit against loops.
  private static final double TOKENS_PER_SECOND = 6.5;

  /// Minimum number of samples that the encoder's convolutions need.
  private static final int MIN_SAMPLES = RATE / 4;

  /// Duration that the model was trained on at most, in seconds.
  private static final double MAX_SECONDS = 30;

  private final OrtSession encoder;
  private final OrtSession decoder;

  /// Holds as many as there have ever been concurrent threads.
  private final Queue<MoonshineMemory> idle = new ConcurrentLinkedQueue<>();

  private MoonshineModel(OrtSession encoder, OrtSession decoder) {
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /// A decoded text.
  ///
  /// @param tokens without start and end
  /// @param newLogProbability mean over the tokens after the committed ones, and the end
  /// @param logProbability mean over all tokens and the end
  /// @param free whether the model would have written the committed tokens by itself
  record Decoded(
      List<Integer> tokens, double newLogProbability, double logProbability, boolean free) {
    Decoded {
      tokens = List.copyOf(tokens);
    }

    static Decoded nothing() {
      return new Decoded(List.of(), 0, 0, true);
    }
  }

  /// Loads both networks. Each run uses one thread: these networks are too small to parallelise.
  static MoonshineModel load(Path encoder, Path decoder) throws OrtException {
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(1)) {
      MoonshineModel model =
          new MoonshineModel(
              environment.createSession(encoder.toString(), options),
              environment.createSession(decoder.toString(), options));
      model.requireInterface();
      return model;
    }
  }

  /// Requires the tensors that `models/README.md` describes.
  private void requireInterface() throws OrtException {
    long[] _ = Sessions.shape(encoder.getInputInfo(), "input_values");
    for (String name : List.of("cross_k_0", "cross_v_0")) {
      long[] _ = Sessions.shape(encoder.getOutputInfo(), name);
    }
    for (String name : List.of("tokens", "past_k_0", "past_v_0", "cross_k_0", "cross_v_0")) {
      long[] _ = Sessions.shape(decoder.getInputInfo(), name);
    }
    long[] logits = Sessions.shape(decoder.getOutputInfo(), "logits");
    if (logits[logits.length - 1] != MoonshineDecoding.TOKENS) {
      throw new OrtException(
          "the model has %d tokens, not the %d of Moonshine"
              .formatted(logits[logits.length - 1], MoonshineDecoding.TOKENS));
    }
  }

  /// Whether audio of this many samples is within what the model can recognise.
  static boolean accepts(int samples) {
    return samples >= MIN_SAMPLES && samples <= MAX_SECONDS * RATE;
  }

  /// Audio that is encoded once, for any number of decodings.
  final class Encoded implements AutoCloseable {
    private final MoonshineMemory memory;
    private final OrtSession.Result crossAttention;
    private final int maxTokens;

    private Encoded(MoonshineMemory memory, float[] samples) throws OrtException {
      this.memory = memory;
      this.maxTokens = (int) Math.ceil(samples.length * TOKENS_PER_SECOND / RATE);
      try (OnnxTensor sound = memory.sound(samples);
          OrtSession.RunOptions options = Sessions.returningMemory()) {
        this.crossAttention = encoder.run(Map.of("input_values", sound), options);
      }
    }

    /// Returns the text of the likeliest tokens.
    ///
    /// @param committed tokens that the text begins with, taken as given
    /// @param draft what followed them in the previous result for nearly the same audio. It is
    ///   verified in a single run, and only what follows the first unconfirmed token is decoded
    ///   anew: the result is the same as without a draft, at a fraction of the cost
    Decoded decode(List<Integer> committed, List<Integer> draft) throws OrtException {
      int max = Math.clamp(maxTokens - committed.size(), 0, draft.size());
      try (MoonshineDecoding decoding = decoding()) {
        return decoding.decode(committed, draft.subList(0, max), maxTokens);
      }
    }

    /// Returns the log probability that these tokens are the text.
    double logProbability(List<Integer> tokens) throws OrtException {
      try (MoonshineDecoding decoding = decoding()) {
        return decoding.logProbability(tokens);
      }
    }

    private MoonshineDecoding decoding() throws OrtException {
      return new MoonshineDecoding(decoder, crossAttention, memory);
    }

    @Override
    public void close() {
      crossAttention.close();
      idle.add(memory);
    }
  }

  /// Encodes audio; the caller closes the result.
  ///
  /// @param samples at 16 kHz, as many as [#accepts] allows
  Encoded encode(float[] samples) throws OrtException {
    MoonshineMemory idling = idle.poll();
    return new Encoded(idling == null ? new MoonshineMemory() : idling, samples);
  }

  /// Transcribes a piece; see [Encoded#decode].
  Decoded decode(Piece piece, List<Integer> committed, List<Integer> draft) throws OrtException {
    if (piece.length() < MIN_SAMPLES) {
      return Decoded.nothing();
    }
    try (Encoded encoded = encode(piece.samplesFrom(0))) {
      return encoded.decode(committed, draft);
    }
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    decoder.close();
  }
}
