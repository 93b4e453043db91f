package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Writes down one window of sound by beam search: follows the likeliest few beginnings at once and
/// takes the end with the best mean log probability. For one thread at a time.
final class WhisperDecoding {
  /// Nobody speaks faster: tokens a second, and some for times and the beginning.
  private static final int TOKENS_PER_SECOND = 12;

  private static final int TOKENS_BESIDES = 20;

  /// The start, the language and the task.
  private static final int PROMPT = 3;

  private final WhisperModel model;
  private final DecodingRules rules;
  private final Runnable pause;
  private final BeamMemory memory = new BeamMemory();

  /// @param pause is called between any two steps, for others to run
  WhisperDecoding(WhisperModel model, DecodingRules rules, Runnable pause) {
    this.model = model;
    this.rules = rules;
    this.pause = pause;
  }

  /// What a window sounds like before a word of it is written.
  static final class Impression {
    private final double[] languages;
    private final double noSpeech;

    private Impression(double[] languages, double noSpeech) {
      this.languages = languages;
      this.noSpeech = noSpeech;
    }

    /// The likeliest language, and those that compete with it, best first, three at most.
    ///
    /// @param certain from this probability on nothing competes with the likeliest
    /// @param share of the likeliest's probability that a competitor needs
    List<Integer> languages(double certain, double share) {
      List<Integer> ranked =
          IntStream.range(0, languages.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -languages[i]))
              .limit(3)
              .toList();
      double best = languages[ranked.getFirst()];
      double least = best >= certain ? best : best * share;
      return ranked.stream().filter(i -> languages[i] >= least).toList();
    }
  }

  /// Listens to a window.
  Impression listen(WhisperModel.Heard heard) throws OrtException {
    memory.begin(1, 1);
    float[] scores = new float[Vocabulary.SIZE];
    model.write(heard, memory, Vocabulary.START_OF_TRANSCRIPT).get(0, scores);
    int first = Vocabulary.FIRST_LANGUAGE;
    float all = LogSum.of(scores, first, first + Languages.count());
    double[] languages = new double[Languages.count()];
    for (int i = 0; i < languages.length; i++) {
      languages[i] = Math.exp(scores[first + i] - all);
    }
    double noSpeech =
        Math.exp(scores[Vocabulary.NO_SPEECH] - LogSum.of(scores, 0, Vocabulary.SIZE));
    return new Impression(languages, noSpeech);
  }

  /// Writes down one window.
  ///
  /// @param language index in [Languages]
  /// @param seconds of sound in the window, without the silence added to it
  /// @param beams how many beginnings to follow at once; 1 always takes the likeliest token
  Hypothesis decode(
      WhisperModel.Heard heard, Impression impression, int language, double seconds, int beams)
      throws OrtException {
    int most =
        Math.min(
            WhisperModel.MOST_TOKENS / 2, (int) (TOKENS_BESIDES + seconds * TOKENS_PER_SECOND));
    memory.begin(beams, PROMPT + most + 1);
    FloatBuffer logits =
        model.write(
            heard,
            memory,
            Vocabulary.START_OF_TRANSCRIPT,
            Vocabulary.FIRST_LANGUAGE + language,
            Vocabulary.TRANSCRIBE);
    float[] scores = new float[Vocabulary.SIZE];
    List<Beam> open = List.of(new Beam(List.of(), 0));
    List<Beam> ended = new ArrayList<>();
    while (true) {
      pause.run();
      List<Step> steps = steps(open, logits, scores, beams);
      List<Beam> next = new ArrayList<>();
      List<Step> taken = new ArrayList<>();
      for (Step step : steps) {
        Beam beam = open.get(step.origin());
        if (step.token() == Vocabulary.END_OF_TEXT) {
          ended.add(new Beam(beam.tokens(), step.sum()));
        } else {
          next.add(beam.with(step.token(), step.sum()));
          taken.add(step);
        }
        if (next.size() == beams) {
          break;
        }
      }
      if (ended.size() >= beams || next.isEmpty() || next.getFirst().tokens().size() >= most) {
        Beam best = best(ended.isEmpty() ? next : ended);
        return new Hypothesis(language, best.tokens(), best.mean(), impression.noSpeech);
      }
      memory.choose(taken.stream().mapToInt(Step::origin).toArray());
      logits = model.write(heard, memory, taken.stream().mapToLong(Step::token).toArray());
      open = next;
    }
  }

  /// Finds when the words of a hypothesis were said.
  ///
  /// @param seconds of sound in the window
  /// @return for each of its tokens that is no time, when it begins, in seconds of the window; at
  ///   last, where the last one ends
  double[] times(WhisperModel.Heard heard, Hypothesis hypothesis, double seconds)
      throws OrtException {
    long[] text =
        hypothesis.tokens().stream()
            .filter(token -> !Vocabulary.isTimestamp(token))
            .mapToLong(Integer::longValue)
            .toArray();
    if (text.length == 0) {
      return new double[] {0};
    }
    long[] tokens = new long[PROMPT + 1 + text.length + 1];
    tokens[0] = Vocabulary.START_OF_TRANSCRIPT;
    tokens[1] = (long) Vocabulary.FIRST_LANGUAGE + hypothesis.language();
    tokens[2] = Vocabulary.TRANSCRIBE;
    tokens[3] = Vocabulary.WITHOUT_TIMESTAMPS;
    System.arraycopy(text, 0, tokens, PROMPT + 1, text.length);
    tokens[tokens.length - 1] = Vocabulary.END_OF_TEXT;
    float[][][] attention = model.attention(heard, tokens);
    int used =
        Math.clamp((int) Math.ceil(seconds / Alignment.COLUMN_SECONDS), 1, attention[0][0].length);
    // Attention runs one token ahead: where it lies while a token is the input is where the next
    // one is said. So the rows begin with the last one of the prompt.
    double[] times = Alignment.times(attention, PROMPT, tokens.length - 1, used);
    return Arrays.copyOf(times, text.length + 1);
  }

  /// A beginning, and the sum of the log probabilities of its tokens.
  private record Beam(List<Integer> tokens, double sum) {
    Beam with(int token, double newSum) {
      List<Integer> longer = new ArrayList<>(tokens);
      longer.add(token);
      return new Beam(longer, newSum);
    }

    double mean() {
      return sum / (tokens.size() + 1);
    }
  }

  /// One way to go on with a beam.
  private record Step(int origin, int token, double sum) {}

  /// The likeliest ways to go on, best first: enough that `beams` of them are not the end.
  private List<Step> steps(List<Beam> open, FloatBuffer logits, float[] scores, int beams) {
    List<Step> steps = new ArrayList<>();
    int[] likeliest = new int[beams + 1];
    for (int origin = 0; origin < open.size(); origin++) {
      logits.get(origin * Vocabulary.SIZE, scores);
      float all = rules.apply(scores, open.get(origin).tokens());
      int found = likeliest(scores, likeliest);
      for (int i = 0; i < found; i++) {
        int token = likeliest[i];
        steps.add(new Step(origin, token, open.get(origin).sum() + scores[token] - all));
      }
    }
    steps.sort(Comparator.comparingDouble(Step::sum).reversed());
    return steps;
  }

  /// Finds the tokens with the highest scores, in any order; fewer when the rest is forbidden.
  private static int likeliest(float[] scores, int[] tokens) {
    int found = 0;
    float least = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < scores.length; token++) {
      float score = scores[token];
      if (score <= least) {
        continue;
      }
      int at = found < tokens.length ? found++ : tokens.length - 1;
      while (at > 0 && scores[tokens[at - 1]] < score) {
        tokens[at] = tokens[at - 1];
        at--;
      }
      tokens[at] = token;
      if (found == tokens.length) {
        least = scores[tokens[found - 1]];
      }
    }
    return found;
  }

  private static Beam best(List<Beam> beams) {
    return beams.stream().max(Comparator.comparingDouble(Beam::mean)).orElseThrow();
  }
}
