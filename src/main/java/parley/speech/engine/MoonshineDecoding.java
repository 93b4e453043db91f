package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Decodes one text with Moonshine's decoder, always taking the likeliest token, or scores one. Not
/// thread-safe.
final class MoonshineDecoding implements AutoCloseable {
  static final int TOKENS = 32_768;
  private static final int START = 1;
  private static final int END = 2;

  /// What the names of the cache's tensors begin with, as inputs and as outputs.
  private static final String PAST = "past_";

  private static final String PRESENT = "present_";

  private final OrtSession decoder;
  private final MoonshineMemory memory;

  /// The decoder's inputs: the audio's keys and values, and those of the tokens so far.
  private final Map<String, OnnxTensor> inputs = new HashMap<>();

  /// The names of the tensors of the cache, less what they begin with.
  private final List<String> cache;

  private final int heads;
  private final int headSize;

  private final List<Integer> tokens = new ArrayList<>();
  private final float[] scores = new float[TOKENS];

  /// What the keys and values of the tokens so far belong to; null if they are our own.
  private OrtSession.@Nullable Result last;

  private double committedSum;
  private double sum;
  private boolean free = true;
  private boolean ended;

  /// @param crossAttention the encoder's output, which stays open
  MoonshineDecoding(OrtSession decoder, OrtSession.Result crossAttention, MoonshineMemory memory)
      throws OrtException {
    this.decoder = decoder;
    this.memory = memory;
    crossAttention.forEach(output -> inputs.put(output.getKey(), (OnnxTensor) output.getValue()));
    this.cache =
        decoder.getInputNames().stream()
            .filter(name -> name.startsWith(PAST))
            .map(name -> name.substring(PAST.length()))
            .toList();
    // Batch, heads, tokens, head size.
    long[] shape = Sessions.shape(decoder.getInputInfo(), PAST + cache.getFirst());
    this.heads = (int) shape[1];
    this.headSize = (int) shape[3];
    for (String name : cache) {
      inputs.put(PAST + name, tensor(DirectMemory.floats(0), 0));
    }
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
    run(afterStart(text), false).close();
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
        run(LongStream.concat(LongStream.of(given), numbers(continuation)).toArray(), true);
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
    keep(result, continuation.size() - confirmed);
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

  /// @param keeping whether the cache with these tokens is wanted
  private OrtSession.Result run(long[] input, boolean keeping) throws OrtException {
    try (OnnxTensor written =
            OnnxTensor.createTensor(
                Sessions.environment(), LongBuffer.wrap(input), new long[] {1, input.length});
        OnnxTensor logits = memory.logits(input.length)) {
      inputs.put("tokens", written);
      Set<String> wanted =
          keeping
              ? cache.stream().map(name -> PRESENT + name).collect(Collectors.toSet())
              : Set.of();
      return decoder.run(inputs, wanted, Map.of("logits", logits));
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

  /// Replaces the cache by the one that a run returned, without its last `surplus` tokens.
  private void keep(OrtSession.Result result, int surplus) throws OrtException {
    Map<String, OnnxTensor> kept = new HashMap<>();
    for (String name : cache) {
      OnnxTensor whole = (OnnxTensor) result.get(PRESENT + name).orElseThrow();
      kept.put(PAST + name, surplus == 0 ? whole : withoutLast(surplus, whole));
    }
    close();
    inputs.putAll(kept);
    if (surplus == 0) {
      last = result;
    } else {
      last = null;
      result.close();
    }
  }

  /// Returns a cache tensor without its last `surplus` tokens.
  private OnnxTensor withoutLast(int surplus, OnnxTensor whole) throws OrtException {
    int written = (int) whole.getInfo().getShape()[2];
    int length = written - surplus;
    FloatBuffer from = whole.getFloatBuffer();
    FloatBuffer to = DirectMemory.floats(heads * length * headSize);
    for (int head = 0; head < heads; head++) {
      to.put(head * length * headSize, from, head * written * headSize, length * headSize);
    }
    return tensor(to, length);
  }

  private OnnxTensor tensor(FloatBuffer content, int length) throws OrtException {
    return OnnxTensor.createTensor(
        Sessions.environment(), content, new long[] {1, heads, length, headSize});
  }

  @Override
  public void close() {
    if (last == null) {
      cache.forEach(name -> Objects.requireNonNull(inputs.get(PAST + name)).close());
    } else {
      last.close();
    }
  }
}
