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

  /// The encoder's convolutions need this much sound, in samples, to give anything.
  private static final int SHORTEST = RATE / 4;

  private final OrtEnvironment environment = Sessions.environment();
  private final OrtSession encoder;
  private final OrtSession decoder;

  private MoonshineModel(OrtSession encoder, OrtSession decoder) {
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /// What was heard.
  ///
  /// @param tokens without start and end
  /// @param meanLogProbability of the tokens that were not given, and the end
  record Heard(List<Integer> tokens, double meanLogProbability) {
    Heard {
      tokens = List.copyOf(tokens);
    }

    static Heard nothing() {
      return new Heard(List.of(), 0);
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

  /// Writes down a stretch of sound; always takes the likeliest token.
  ///
  /// @param samples at 16 kHz, −1 to 1
  /// @param standing how the text begins; not questioned any more
  /// @param draft what followed that in nearly the same sound before. All of it is checked in one
  ///   run, and only what comes after the first token that is not confirmed is written anew: the
  ///   result is the same as without a draft, and far cheaper
  Heard hear(float[] samples, List<Integer> standing, List<Integer> draft) throws OrtException {
    if (samples.length < SHORTEST) {
      return Heard.nothing();
    }
    int most = (int) Math.ceil(samples.length * TOKENS_PER_SECOND / RATE);
    long[] mask = new long[samples.length];
    Arrays.fill(mask, 1);
    long[] shape = {1, samples.length};
    try (OnnxTensor sound = OnnxTensor.createTensor(environment, FloatBuffer.wrap(samples), shape);
        OnnxTensor heeded = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
        OrtSession.Result encoded =
            encoder.run(Map.of("input_values", sound, "attention_mask", heeded));
        Writing writing = new Writing((OnnxTensor) encoded.get(0), heeded)) {
      writing.check(
          standing, draft.subList(0, Math.clamp(most - standing.size(), 0, draft.size())));
      while (!writing.ended && writing.tokens.size() < most) {
        writing.goOn();
      }
      // The mean is that of what was written now, of which there is always something.
      int written = writing.tokens.size() - standing.size() + (writing.ended ? 1 : 0);
      return new Heard(writing.tokens, writing.sum / written);
    }
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    decoder.close();
  }

  /// One text while it is written.
  private final class Writing implements AutoCloseable {
    private final OnnxTensor hidden;
    private final OnnxTensor heeded;
    private final List<Integer> tokens = new ArrayList<>();
    private final float[] scores = new float[TOKENS];
    private final Map<String, OnnxTensor> past = new HashMap<>();
    private final List<AutoCloseable> held = new ArrayList<>();
    private OrtSession.@Nullable Result last;
    private double sum;
    private boolean ended;

    Writing(OnnxTensor hidden, OnnxTensor heeded) {
      this.hidden = hidden;
      this.heeded = heeded;
    }

    /// The first run: the start, what stands and the whole draft at once.
    void check(List<Integer> standing, List<Integer> draft) throws OrtException {
      List<Integer> given = new ArrayList<>(standing);
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
      FloatBuffer logits = ((OnnxTensor) first.get(0)).getFloatBuffer();
      int confirmed = standing.size();
      tokens.addAll(standing);
      while (true) {
        logits.get(confirmed * TOKENS, scores);
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
      ((OnnxTensor) next.get(0)).getFloatBuffer().get(0, scores);
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
          OnnxTensor cached = OnnxTensor.createTensor(environment, new boolean[] {goesOn})) {
        Map<String, OnnxTensor> inputs = new HashMap<>(past);
        inputs.put("input_ids", written);
        inputs.put("use_cache_branch", cached);
        inputs.put("encoder_hidden_states", hidden);
        inputs.put("encoder_attention_mask", heeded);
        return decoder.run(inputs);
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
