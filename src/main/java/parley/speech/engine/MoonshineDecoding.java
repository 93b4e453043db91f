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
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decodes one text with Moonshine's decoder, always taking the likeliest token. Not thread-safe.
final class MoonshineDecoding implements AutoCloseable {
  static final int TOKENS = 32_768;
  private static final int START = 1;
  private static final int END = 2;

  /// Prefixes of the network's key-value cache tensors, named `present.{layer}.{decoder or
  /// encoder}.{key or value}`.
  private static final String PAST = "past_key_values";

  private static final String PRESENT = "present";

  private final OrtSession decoder;
  private final OnnxTensor hidden;
  private final OnnxTensor attentionMask;
  private final MoonshineMemory memory;

  /// All cache outputs, and those of the decoder's self-attention. The latter grow with the text;
  /// the encoder's never change.
  private final Set<String> present;

  private final Set<String> ofText;
  private final int heads;
  private final int headSize;

  private final List<Integer> tokens = new ArrayList<>();
  private final float[] scores = new float[TOKENS];
  private final Map<String, OnnxTensor> past = new HashMap<>();
  private final List<OnnxTensor> tensors = new ArrayList<>();
  private final List<OrtSession.Result> results = new ArrayList<>();
  private OrtSession.@Nullable Result last;
  private double sum;
  private boolean ended;

  /// @param hidden the encoder's output; like the mask, it stays open
  MoonshineDecoding(
      OrtSession decoder, OnnxTensor hidden, OnnxTensor attentionMask, MoonshineMemory memory)
      throws OrtException {
    this.decoder = decoder;
    this.hidden = hidden;
    this.attentionMask = attentionMask;
    this.memory = memory;
    this.present =
        decoder.getOutputNames().stream()
            .filter(name -> name.startsWith(PRESENT))
            .collect(Collectors.toUnmodifiableSet());
    this.ofText =
        present.stream()
            .filter(name -> name.contains(".decoder."))
            .collect(Collectors.toUnmodifiableSet());
    // Batch, heads, tokens, head size.
    String any =
        ofText.stream()
            .findAny()
            .orElseThrow(() -> new OrtException("the decoder has no key-value cache"));
    long[] shape = Sessions.shape(decoder.getOutputInfo(), any);
    this.heads = (int) shape[1];
    this.headSize = (int) shape[3];
  }

  /// Decodes a text.
  ///
  /// @param committed tokens that the text begins with, taken as given
  /// @param draft likely continuation, see [MoonshineModel#decode]
  /// @param maxTokens maximum length of the whole text
  MoonshineModel.Decoded decode(List<Integer> committed, List<Integer> draft, int maxTokens)
      throws OrtException {
    verify(committed, draft);
    while (!ended && tokens.size() < maxTokens) {
      decodeNext();
    }
    // The mean covers the newly decoded tokens, of which there is at least one.
    int written = tokens.size() - committed.size() + (ended ? 1 : 0);
    return new MoonshineModel.Decoded(tokens, sum / written);
  }

  /// Verifies the whole draft in the first run: start token, committed tokens and draft together.
  private void verify(List<Integer> committed, List<Integer> draft) throws OrtException {
    List<Integer> given = new ArrayList<>(committed);
    given.addAll(draft);
    long[] input = new long[given.size() + 1];
    input[0] = START;
    for (int i = 0; i < given.size(); i++) {
      input[i + 1] = given.get(i);
    }
    OnnxTensor nothing = keep(cache(FloatBuffer.allocate(heads * headSize), 1));
    present.forEach(name -> past.put(pastOf(name), nothing));
    OrtSession.Result first = run(input, false);
    results.add(first);
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
    for (String name : present) {
      OnnxTensor whole = tensor(first, name);
      past.put(pastOf(name), ofText.contains(name) ? firstTokens(whole, confirmed + 1) : whole);
    }
  }

  /// Decodes one more token.
  private void decodeNext() throws OrtException {
    OrtSession.Result next = run(new long[] {tokens.getLast()}, true);
    OrtSession.Result before = last;
    last = next;
    if (before != null) {
      before.close();
    }
    memory.scores(0, scores);
    takeLikeliest();
    ofText.forEach(name -> past.put(pastOf(name), tensor(next, name)));
  }

  private OrtSession.Result run(long[] input, boolean continued) throws OrtException {
    try (OnnxTensor written =
            OnnxTensor.createTensor(
                Sessions.environment(), LongBuffer.wrap(input), new long[] {1, input.length});
        OnnxTensor cached =
            OnnxTensor.createTensor(Sessions.environment(), new boolean[] {continued});
        OnnxTensor logits = memory.logits(input.length)) {
      Map<String, OnnxTensor> inputs = new HashMap<>(past);
      inputs.put("input_ids", written);
      inputs.put("use_cache_branch", cached);
      inputs.put("encoder_hidden_states", hidden);
      inputs.put("encoder_attention_mask", attentionMask);
      return decoder.run(inputs, continued ? ofText : present, Map.of("logits", logits));
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
    int written = (int) whole.getInfo().getShape()[2];
    if (written == length) {
      return whole;
    }
    FloatBuffer from = whole.getFloatBuffer();
    FloatBuffer to = FloatBuffer.allocate(heads * length * headSize);
    for (int head = 0; head < heads; head++) {
      to.put(head * length * headSize, from, head * written * headSize, length * headSize);
    }
    return keep(cache(to, length));
  }

  private OnnxTensor cache(FloatBuffer content, int length) throws OrtException {
    return OnnxTensor.createTensor(
        Sessions.environment(), content, new long[] {1, heads, length, headSize});
  }

  private OnnxTensor keep(OnnxTensor tensor) {
    tensors.add(tensor);
    return tensor;
  }

  private static String pastOf(String present) {
    return PAST + present.substring(PRESENT.length());
  }

  private static OnnxTensor tensor(OrtSession.Result result, String name) {
    return (OnnxTensor) result.get(name).orElseThrow();
  }

  @Override
  public void close() {
    if (last != null) {
      last.close();
    }
    results.forEach(OrtSession.Result::close);
    tensors.forEach(OnnxTensor::close);
  }
}
