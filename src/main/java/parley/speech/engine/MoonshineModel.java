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
  /// @param meanLogProbability over the newly decoded tokens and the end
  record Decoded(List<Integer> tokens, double meanLogProbability) {
    Decoded {
      tokens = List.copyOf(tokens);
    }

    static Decoded nothing() {
      return new Decoded(List.of(), 0);
    }
  }

  /// Loads both networks. Each run uses one thread: these networks are too small to parallelise.
  static MoonshineModel load(Path encoder, Path decoder) throws OrtException {
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(1)) {
      return new MoonshineModel(
          environment.createSession(encoder.toString(), options),
          environment.createSession(decoder.toString(), options));
    }
  }

  /// Transcribes a piece, always taking the likeliest token.
  ///
  /// @param committed tokens that the text begins with, taken as given
  /// @param draft what followed them in the previous result for nearly the same audio. It is
  ///   verified in a single run, and only what follows the first unconfirmed token is decoded anew:
  ///   the result is the same as without a draft, at a fraction of the cost
  Decoded decode(Piece piece, List<Integer> committed, List<Integer> draft) throws OrtException {
    if (piece.length() < MIN_SAMPLES) {
      return Decoded.nothing();
    }
    MoonshineMemory idling = idle.poll();
    MoonshineMemory memory = idling == null ? new MoonshineMemory() : idling;
    try {
      return decode(piece, committed, draft, memory);
    } finally {
      idle.add(memory);
    }
  }

  private Decoded decode(
      Piece piece, List<Integer> committed, List<Integer> draft, MoonshineMemory memory)
      throws OrtException {
    int max = (int) Math.ceil(piece.seconds() * TOKENS_PER_SECOND);
    try (OnnxTensor sound = memory.sound(piece);
        OnnxTensor attentionMask = memory.attentionMask(piece.length());
        OrtSession.Result encoded =
            encoder.run(Map.of("input_values", sound, "attention_mask", attentionMask));
        MoonshineDecoding decoding =
            new MoonshineDecoding(decoder, (OnnxTensor) encoded.get(0), attentionMask, memory)) {
      return decoding.decode(
          committed, draft.subList(0, Math.clamp(max - committed.size(), 0, draft.size())), max);
    }
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    decoder.close();
  }
}
