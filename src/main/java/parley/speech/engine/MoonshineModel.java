package parley.speech.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Moonshine's two networks, for English. Their work grows with the sound, where Whisper's has a
/// large least amount, which makes it the one to ask again and again while somebody speaks.
///
/// Any number of threads may use it at a time.
final class MoonshineModel implements AutoCloseable {
  private static final int RATE = 16_000;
  private static final int LAYERS = 6;
  private static final int HEADS = 8;
  private static final int HEAD_SIZE = 36;
  private static final int TOKENS = 32_768;
  private static final int START = 1;
  private static final int END = 2;

  /// Nobody speaks faster; the model's own limit against loops.
  private static final double TOKENS_PER_SECOND = 6.5;

  /// What the decoder remembers of the text, which grows with it.
  private static final Set<String> GROWING = remembered(".decoder.key", ".decoder.value");

  /// All that it remembers: of the sound too, which never changes.
  private static final Set<String> REMEMBERED =
      remembered(".decoder.key", ".decoder.value", ".encoder.key", ".encoder.value");

  /// The encoder's convolutions need this much sound, in samples, to give anything.
  private static final int MIN_SAMPLES = RATE / 4;

  private final OrtEnvironment environment = Sessions.environment();
  private final OrtSession encoder;
  private final OrtSession decoder;

  /// As many as there ever were threads at a time.
  private final Queue<Memory> idle = new ConcurrentLinkedQueue<>();

  private MoonshineModel(OrtSession encoder, OrtSession decoder) {
    this.encoder = encoder;
    this.decoder = decoder;
  }

  private static Set<String> remembered(String... parts) {
    return IntStream.range(0, LAYERS)
        .boxed()
        .flatMap(layer -> Arrays.stream(parts).map(part -> "present." + layer + part))
        .collect(Collectors.toUnmodifiableSet());
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
    Memory idling = idle.poll();
    Memory memory = idling == null ? new Memory() : idling;
    try {
      return decode(piece, committed, draft, memory);
    } finally {
      idle.add(memory);
    }
  }

  private Decoded decode(Piece piece, List<Integer> committed, List<Integer> draft, Memory memory)
      throws OrtException {
    int max = (int) Math.ceil(piece.seconds() * TOKENS_PER_SECOND);
    try (OnnxTensor sound = memory.sound(piece);
        OnnxTensor attentionMask = memory.attentionMask(piece.length());
        OrtSession.Result encoded =
            encoder.run(Map.of("input_values", sound, "attention_mask", attentionMask));
        Writing writing = new Writing((OnnxTensor) encoded.get(0), attentionMask, memory)) {
      writing.check(
          committed, draft.subList(0, Math.clamp(max - committed.size(), 0, draft.size())));
      while (!writing.ended && writing.tokens.size() < max) {
        writing.goOn();
      }
      // The mean is that of what was written now, of which there is always something.
      int written = writing.tokens.size() - committed.size() + (writing.ended ? 1 : 0);
      return new Decoded(writing.tokens, writing.sum / written);
    }
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    decoder.close();
  }

  /// The memory that one run after the other works in.
  private static final class Memory {
    private FloatBuffer sound = DirectMemory.floats(0);
    private FloatBuffer logits = DirectMemory.floats(0);
    private LongBuffer ones = DirectMemory.longs(0);

    OnnxTensor sound(Piece piece) throws OrtException {
      sound = DirectMemory.atLeast(piece.length(), sound);
      piece.copyTo(sound);
      return OnnxTensor.createTensor(
          Sessions.environment(), sound.slice(0, piece.length()), new long[] {1, piece.length()});
    }

    /// That all of so many samples count.
    OnnxTensor attentionMask(int length) throws OrtException {
      if (ones.capacity() < length) {
        ones = DirectMemory.longs(DirectMemory.grown(length));
        for (int i = 0; i < ones.capacity(); i++) {
          ones.put(i, 1);
        }
      }
      return OnnxTensor.createTensor(
          Sessions.environment(), ones.slice(0, length), new long[] {1, length});
    }

    /// Where the network says how well each token would come next, after each of so many.
    OnnxTensor logits(int tokens) throws OrtException {
      logits = DirectMemory.atLeast(tokens * TOKENS, logits);
      return OnnxTensor.createTensor(
          Sessions.environment(), logits.slice(0, tokens * TOKENS), new long[] {1, tokens, TOKENS});
    }

    /// What it said after the token with this number.
    void scores(int token, float[] scores) {
      logits.get(token * TOKENS, scores);
    }
  }

  /// One text while it is written.
  private final class Writing implements AutoCloseable {
    private final OnnxTensor hidden;
    private final OnnxTensor attentionMask;
    private final Memory memory;
    private final List<Integer> tokens = new ArrayList<>();
    private final float[] scores = new float[TOKENS];
    private final Map<String, OnnxTensor> past = new HashMap<>();
    private final List<AutoCloseable> held = new ArrayList<>();
    private OrtSession.@Nullable Result last;
    private double sum;
    private boolean ended;

    Writing(OnnxTensor hidden, OnnxTensor attentionMask, Memory memory) {
      this.hidden = hidden;
      this.attentionMask = attentionMask;
      this.memory = memory;
    }

    /// The first run: the start, what stands and the whole draft at once.
    void check(List<Integer> committed, List<Integer> draft) throws OrtException {
      List<Integer> given = new ArrayList<>(committed);
      given.addAll(draft);
      long[] input = new long[given.size() + 1];
      input[0] = START;
      for (int i = 0; i < given.size(); i++) {
        input[i + 1] = given.get(i);
      }
      OnnxTensor nothing =
          hold(
              OnnxTensor.createTensor(
                  environment,
                  FloatBuffer.allocate(HEADS * HEAD_SIZE),
                  new long[] {1, HEADS, 1, HEAD_SIZE}));
      for (int layer = 0; layer < LAYERS; layer++) {
        for (String part :
            List.of(".decoder.key", ".decoder.value", ".encoder.key", ".encoder.value")) {
          past.put("past_key_values." + layer + part, nothing);
        }
      }
      OrtSession.Result first = hold(run(input, false));
      int confirmed = committed.size();
      tokens.addAll(committed);
      while (true) {
        memory.scores(confirmed, scores);
        int next = take();
        if (ended || confirmed == given.size() || next != given.get(confirmed)) {
          break;
        }
        confirmed++;
      }
      if (!ended) {
        remember(first, confirmed + 1);
      }
    }

    /// One more token.
    void goOn() throws OrtException {
      OrtSession.Result next = run(new long[] {tokens.getLast()}, true);
      OrtSession.Result before = last;
      last = next;
      if (before != null) {
        before.close();
      }
      memory.scores(0, scores);
      take();
      for (int layer = 0; layer < LAYERS; layer++) {
        for (String part : List.of(".decoder.key", ".decoder.value")) {
          past.put("past_key_values." + layer + part, tensor(next, "present." + layer + part));
        }
      }
    }

    private OrtSession.Result run(long[] input, boolean goesOn) throws OrtException {
      try (OnnxTensor written =
              OnnxTensor.createTensor(
                  environment, LongBuffer.wrap(input), new long[] {1, input.length});
          OnnxTensor cached = OnnxTensor.createTensor(environment, new boolean[] {goesOn});
          OnnxTensor logits = memory.logits(input.length)) {
        Map<String, OnnxTensor> inputs = new HashMap<>(past);
        inputs.put("input_ids", written);
        inputs.put("use_cache_branch", cached);
        inputs.put("encoder_hidden_states", hidden);
        inputs.put("encoder_attention_mask", attentionMask);
        return decoder.run(inputs, goesOn ? GROWING : REMEMBERED, Map.of("logits", logits));
      }
    }

    /// Takes the likeliest token of the scores.
    private int take() {
      int best = 0;
      for (int token = 1; token < TOKENS; token++) {
        if (scores[token] > scores[best]) {
          best = token;
        }
      }
      sum += scores[best] - LogSum.of(scores, 0, TOKENS);
      if (best == END) {
        ended = true;
      } else {
        tokens.add(best);
      }
      return best;
    }

    /// Keeps what the first run knows of the sound, and of the first `length` tokens of its input.
    private void remember(OrtSession.Result first, int length) throws OrtException {
      for (int layer = 0; layer < LAYERS; layer++) {
        for (String part : List.of(".encoder.key", ".encoder.value")) {
          past.put("past_key_values." + layer + part, tensor(first, "present." + layer + part));
        }
        for (String part : List.of(".decoder.key", ".decoder.value")) {
          OnnxTensor whole = tensor(first, "present." + layer + part);
          past.put("past_key_values." + layer + part, beginning(whole, length));
        }
      }
    }

    private OnnxTensor beginning(OnnxTensor whole, int length) throws OrtException {
      int present = (int) whole.getInfo().getShape()[2];
      if (present == length) {
        return whole;
      }
      FloatBuffer from = whole.getFloatBuffer();
      FloatBuffer to = FloatBuffer.allocate(HEADS * length * HEAD_SIZE);
      for (int head = 0; head < HEADS; head++) {
        to.put(head * length * HEAD_SIZE, from, head * present * HEAD_SIZE, length * HEAD_SIZE);
      }
      return hold(
          OnnxTensor.createTensor(environment, to, new long[] {1, HEADS, length, HEAD_SIZE}));
    }

    private OnnxTensor tensor(OrtSession.Result result, String name) {
      return (OnnxTensor) result.get(name).orElseThrow();
    }

    private <T extends AutoCloseable> T hold(T resource) {
      held.add(resource);
      return resource;
    }

    @Override
    public void close() throws OrtException {
      if (last != null) {
        last.close();
      }
      for (AutoCloseable resource : held) {
        try {
          resource.close();
        } catch (OrtException | RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
