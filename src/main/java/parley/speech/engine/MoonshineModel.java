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

/// Moonshine's two networks, for English. Their work grows with the sound, where Whisper's has a
/// large least amount, which makes it the one to ask again and again while somebody speaks.
///
/// Any number of threads may use it at a time.
final class MoonshineModel implements AutoCloseable {
  private static final int RATE = 16_000;

  /// Faster than anybody speaks; the model's own limit against loops.
  private static final double TOKENS_PER_SECOND = 6.5;

  /// The encoder's convolutions need this much sound, in samples, to give anything.
  private static final int MIN_SAMPLES = RATE / 4;

  private final OrtSession encoder;
  private final OrtSession decoder;

  /// As many as there ever were threads at a time.
  private final Queue<MoonshineMemory> idle = new ConcurrentLinkedQueue<>();

  private MoonshineModel(OrtSession encoder, OrtSession decoder) {
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /// What was decoded.
  ///
  /// @param tokens without start and end
  /// @param meanLogProbability of the tokens that were not given, and the end
  record Decoded(List<Integer> tokens, double meanLogProbability) {
    Decoded {
      tokens = List.copyOf(tokens);
    }

    static Decoded nothing() {
      return new Decoded(List.of(), 0);
    }
  }

  /// Loads both networks. Each run takes one thread: these networks are too small to share out.
  static MoonshineModel load(Path encoder, Path decoder) throws OrtException {
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(1)) {
      return new MoonshineModel(
          environment.createSession(encoder.toString(), options),
          environment.createSession(decoder.toString(), options));
    }
  }

  /// Writes down a piece; always takes the likeliest token.
  ///
  /// @param committed tokens that the text begins with; not questioned
  /// @param draft what followed that in nearly the same sound before. All of it is checked in one
  ///   run, and only what comes after the first token that is not confirmed is written anew: the
  ///   result is the same as without a draft, and far cheaper
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
