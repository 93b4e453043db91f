package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Decodes one text with Moonshine's decoder, always taking the likeliest token, or scores one. Not
/// thread-safe.
final class MoonshineDecoding implements AutoCloseable {
  static final int TOKENS = 32_768;
  private static final int START = 1;
  private static final int END = 2;

  private static final String KEYS = "present_k";
  private static final String VALUES = "present_v";
  private static final Set<String> CACHE = Set.of(KEYS, VALUES);

  private final OrtSession decoder;
  private final OrtSession.Result crossAttention;
  private final MoonshineMemory memory;
  private final int layers;
  private final int heads;
  private final int headSize;

  private final List<Integer> tokens = new ArrayList<>();
  private final float[] scores = new float[TOKENS];

  /// The keys and values of the tokens so far, and what they belong to.
  private OnnxTensor keys;

  private OnnxTensor values;
  private OrtSession.@Nullable Result last;
  private double committedSum;
  private double sum;
  private boolean free = true;
  private boolean ended;

  /// @param crossAttention the encoder's output, which stays open
  MoonshineDecoding(OrtSession decoder, OrtSession.Result crossAttention, MoonshineMemory memory)
      throws OrtException {
    this.decoder = decoder;
    this.crossAttention = crossAttention;
    this.memory = memory;
    // Layers, batch, heads, tokens, head size.
    long[] shape = Sessions.shape(decoder.getInputInfo(), "past_k");
    this.layers = (int) shape[0];
    this.heads = (int) shape[2];
    this.headSize = (int) shape[4];
    this.keys = cache(DirectMemory.floats(0), 0);
    this.values = cache(DirectMemory.floats(0), 0);
  }

  /// Decodes a text.
  ///
  /// @param committed tokens that the text begins with, taken as given
  /// @param likely continuation, see [MoonshineModel.Encoded#decode]
  /// @param maxTokens maximum length of the whole text
  MoonshineModel.Decoded decode(List<Integer> committed, List<Integer> likely, int maxTokens)
      throws OrtException {
    tokens.addAll(committed);
    Draft draft = new Draft(likely);
    take(afterStart(committed), draft);
    score(committed);
    while (!ended && tokens.size() < maxTokens) {
      take(new long[] {tokens.getLast()}, draft);
    }
    // The mean covers the newly decoded tokens, of which there is at least one.
    int written = tokens.size() - committed.size() + (ended ? 1 : 0);
    return new MoonshineModel.Decoded(
        tokens, sum / written, (committedSum + sum) / (committed.size() + written), free);
  }

  /// Returns the log probability of a text and its end.
  double logProbability(List<Integer> text) throws OrtException {
    run(afterStart(text), Set.of()).close();
    double all = 0;
    for (int i = 0; i <= text.size(); i++) {
      memory.scores(i, scores);
      int token = i < text.size() ? text.get(i) : END;
      all += scores[token] - LogSum.of(scores, 0, TOKENS);
    }
    return all;
  }

  /// Takes the likeliest tokens after those given, up to the first one that the draft does not
  /// have.
  private void take(long[] given, Draft draft) throws OrtException {
    List<Integer> continuation = draft.continuation();
    OrtSession.Result result =
        run(LongStream.concat(LongStream.of(given), numbers(continuation)).toArray(), CACHE);
    int confirmed = 0;
    while (true) {
      memory.scores(given.length - 1 + confirmed, scores);
      int token = takeLikeliest();
      draft.follow(token);
      if (ended || confirmed == continuation.size() || token != continuation.get(confirmed)) {
        break;
      }
      confirmed++;
    }
    if (confirmed == continuation.size()) {
      keep(tensor(result, KEYS), tensor(result, VALUES), result);
    } else {
      try (result) {
        int surplus = continuation.size() - confirmed;
        keep(
            withoutLast(surplus, tensor(result, KEYS)),
            withoutLast(surplus, tensor(result, VALUES)),
            null);
      }
    }
  }

  /// Notes what the first run says of the committed tokens.
  private void score(List<Integer> committed) {
    for (int i = 0; i < committed.size(); i++) {
      memory.scores(i, scores);
      free &= GreedyDecoder.likeliest(scores) == committed.get(i);
      committedSum += scores[committed.get(i)] - LogSum.of(scores, 0, TOKENS);
    }
  }

  private static long[] afterStart(List<Integer> text) {
    return LongStream.concat(LongStream.of(START), numbers(text)).toArray();
  }

  private static LongStream numbers(List<Integer> tokens) {
    return tokens.stream().mapToLong(Integer::longValue);
  }

  private OrtSession.Result run(long[] input, Set<String> wanted) throws OrtException {
    try (OnnxTensor written =
            OnnxTensor.createTensor(
                Sessions.environment(), LongBuffer.wrap(input), new long[] {1, input.length});
        OnnxTensor logits = memory.logits(input.length)) {
      return decoder.run(
          Map.of(
              "tokens", written,
              "past_k", keys,
              "past_v", values,
              "cross_k", tensor(crossAttention, "cross_k"),
              "cross_v", tensor(crossAttention, "cross_v")),
          wanted,
          Map.of("logits", logits));
    }
  }

  private int takeLikeliest() {
    int best = GreedyDecoder.likeliest(scores);
    sum += scores[best] - LogSum.of(scores, 0, TOKENS);
    if (best == END) {
      ended = true;
    } else {
      tokens.add(best);
    }
    return best;
  }

  /// Returns a cache tensor without its last `surplus` tokens.
  private OnnxTensor withoutLast(int surplus, OnnxTensor whole) throws OrtException {
    int written = (int) whole.getInfo().getShape()[3];
    int length = written - surplus;
    FloatBuffer from = whole.getFloatBuffer();
    FloatBuffer to = DirectMemory.floats(layers * heads * length * headSize);
    IntStream.range(0, layers * heads)
        .forEach(row ->
            to.put(row * length * headSize, from, row * written * headSize, length * headSize));
    return cache(to, length);
  }

  private OnnxTensor cache(FloatBuffer content, int length) throws OrtException {
    return OnnxTensor.createTensor(
        Sessions.environment(), content, new long[] {layers, 1, heads, length, headSize});
  }

  /// Replaces the cache.
  ///
  /// @param result what the tensors belong to; null if they are our own
  private void keep(OnnxTensor newKeys, OnnxTensor newValues, OrtSession.@Nullable Result result) {
    close();
    keys = newKeys;
    values = newValues;
    last = result;
  }

  private static OnnxTensor tensor(OrtSession.Result result, String name) {
    return (OnnxTensor) result.get(name).orElseThrow();
  }

  @Override
  public void close() {
    if (last == null) {
      keys.close();
      values.close();
    } else {
      last.close();
    }
  }
}
