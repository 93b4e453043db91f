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
  /// @param draft likely continuation, see [MoonshineModel.Encoded#decode]
  /// @param maxTokens maximum length of the whole text
  MoonshineModel.Decoded decode(List<Integer> committed, List<Integer> draft, int maxTokens)
      throws OrtException {
    verify(committed, draft);
    while (!ended && tokens.size() < maxTokens) {
      keepAll(run(new long[] {tokens.getLast()}, CACHE));
      memory.scores(0, scores);
      takeLikeliest();
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

  /// Verifies the whole draft in the first run: start token, committed tokens and draft together.
  private void verify(List<Integer> committed, List<Integer> draft) throws OrtException {
    List<Integer> given = new ArrayList<>(committed);
    given.addAll(draft);
    OrtSession.Result first = run(afterStart(given), CACHE);
    score(committed);
    int confirmed = committed.size();
    tokens.addAll(committed);
    while (true) {
      memory.scores(confirmed, scores);
      int token = takeLikeliest();
      if (ended || confirmed == given.size() || token != given.get(confirmed)) {
        break;
      }
      confirmed++;
    }
    if (confirmed == given.size()) {
      keepAll(first);
    } else {
      try (first) {
        keep(
            firstTokens(tensor(first, KEYS), confirmed + 1),
            firstTokens(tensor(first, VALUES), confirmed + 1));
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
    return LongStream.concat(LongStream.of(START), text.stream().mapToLong(Integer::longValue))
        .toArray();
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

  /// Returns the part of a cache tensor that belongs to the first `length` tokens.
  private OnnxTensor firstTokens(OnnxTensor whole, int length) throws OrtException {
    int written = (int) whole.getInfo().getShape()[3];
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

  /// Keeps the cache that a run has returned.
  private void keepAll(OrtSession.Result result) {
    OrtSession.Result before = last;
    if (before == null) {
      keys.close();
      values.close();
    } else {
      before.close();
    }
    last = result;
    keys = tensor(result, KEYS);
    values = tensor(result, VALUES);
  }

  private void keep(OnnxTensor newKeys, OnnxTensor newValues) {
    keys.close();
    values.close();
    keys = newKeys;
    values = newValues;
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
