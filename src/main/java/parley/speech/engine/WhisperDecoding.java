package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import parley.speech.transcript.Languages;

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
  private final KeyValueCache cache = new KeyValueCache();

  /// @param pause is called between any two steps, for others to run
  WhisperDecoding(WhisperModel model, DecodingRules rules, Runnable pause) {
    this.model = model;
    this.rules = rules;
    this.pause = pause;
  }

  /// What a window sounds like before a word of it is written.
  ///
  /// @param languages the probability of each of [Languages]
  /// @param noSpeech the probability that nobody speaks
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record LanguageDetection(double[] languages, double noSpeech) {}

  /// Listens to a window.
  LanguageDetection listen(EncodedAudio audio) throws OrtException {
    cache.begin(1, 1);
    float[] scores = new float[Vocabulary.SIZE];
    model.write(audio, cache, Vocabulary.START_OF_TRANSCRIPT).get(0, scores);
    int first = Vocabulary.FIRST_LANGUAGE;
    float all = LogSum.of(scores, first, first + Languages.count());
    double[] languages = new double[Languages.count()];
    for (int i = 0; i < languages.length; i++) {
      languages[i] = Math.exp(scores[first + i] - all);
    }
    double noSpeech =
        Math.exp(scores[Vocabulary.NO_SPEECH] - LogSum.of(scores, 0, Vocabulary.SIZE));
    return new LanguageDetection(languages, noSpeech);
  }

  /// Writes down one window.
  ///
  /// @param language index in [Languages]
  /// @param beginning tokens, times included, that the text begins with; they are not questioned
  /// @param seconds of sound after them, without the silence added to it
  /// @param beams how many beginnings to follow at once; 1 always takes the likeliest token
  /// @return what comes after the beginning
  Hypothesis decode(
      EncodedAudio audio,
      LanguageDetection detection,
      int language,
      List<Integer> beginning,
      double seconds,
      int beams)
      throws OrtException {
    int given = beginning.size();
    int max = given + maxTokens(seconds);
    FloatBuffer logits = begin(audio, language, beginning, beams, max);
    float[] scores = new float[Vocabulary.SIZE];
    List<Beam> open = List.of(new Beam(beginning, 0));
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
      if (ended.size() >= beams || next.isEmpty() || next.getFirst().tokens().size() >= max) {
        Beam best = best(ended.isEmpty() ? next : ended, given);
        List<Integer> tokens = best.tokens().subList(given, best.tokens().size());
        return new Hypothesis(language, tokens, best.mean(given), detection.noSpeech());
      }
      cache.choose(taken.stream().mapToInt(Step::origin).toArray());
      logits = model.write(audio, cache, taken.stream().mapToLong(Step::token).toArray());
      open = next;
    }
  }

  /// Writes down one window by chance: draws token after token by its probability, several times at
  /// once, and takes the likeliest of what comes out. Gets out of a loop in which the likeliest
  /// token always leads back.
  ///
  /// @param temperature above 0; at 1 the probabilities are the model's own, lower ones prefer what
  ///   is likely
  /// @param times how often to draw
  Hypothesis draw(
      EncodedAudio audio,
      LanguageDetection detection,
      int language,
      double seconds,
      double temperature,
      int times)
      throws OrtException {
    // The same recording gives the same transcript.
    RandomGenerator chance = new SplittableRandom(1);
    int max = maxTokens(seconds);
    FloatBuffer logits = begin(audio, language, List.of(), times, max);
    float[] scores = new float[Vocabulary.SIZE];
    List<Beam> open = List.of(new Beam(List.of(), 0));
    // All begin with the same one.
    int[] origins = new int[times];
    List<Beam> ended = new ArrayList<>();
    while (true) {
      pause.run();
      List<Beam> next = new ArrayList<>();
      List<Integer> kept = new ArrayList<>();
      for (int origin : origins) {
        Beam beam = open.get(origin);
        logits.get(origin * Vocabulary.SIZE, scores);
        float all = rules.apply(scores, beam.tokens());
        int token = drawn(scores, temperature, chance);
        double sum = beam.sum() + scores[token] - all;
        if (token == Vocabulary.END_OF_TEXT) {
          ended.add(new Beam(beam.tokens(), sum));
        } else {
          next.add(beam.with(token, sum));
          kept.add(origin);
        }
      }
      if (next.isEmpty() || next.getFirst().tokens().size() >= max) {
        ended.addAll(next);
        Beam best = best(ended, 0);
        return new Hypothesis(language, best.tokens(), best.mean(0), detection.noSpeech());
      }
      cache.choose(kept.stream().mapToInt(Integer::intValue).toArray());
      logits =
          model.write(
              audio, cache, next.stream().mapToLong(beam -> beam.tokens().getLast()).toArray());
      open = next;
      origins = IntStream.range(0, open.size()).toArray();
    }
  }

  /// Draws a token by its probability at a temperature.
  ///
  /// @param scores logits; negative infinity for what is forbidden
  static int drawn(float[] scores, double temperature, RandomGenerator chance) {
    float max = LogSum.max(scores, 0, scores.length);
    // What is less likely than the likeliest by e^20 is never drawn.
    double min = max - 20 * temperature;
    double all = 0;
    for (float score : scores) {
      all += score >= min ? Math.exp((score - max) / temperature) : 0;
    }
    double left = chance.nextDouble() * all;
    int last = 0;
    for (int token = 0; token < scores.length && left >= 0; token++) {
      if (scores[token] >= min) {
        left -= Math.exp((scores[token] - max) / temperature);
        last = token;
      }
    }
    return last;
  }

  /// What follows a given beginning.
  ///
  /// @param tokens without the beginning and the end
  /// @param meanLogProbability of them and the end
  /// @param noSpeech the probability, before the first token, that nobody speaks
  record Continuation(List<Integer> tokens, double meanLogProbability, double noSpeech) {
    Continuation {
      tokens = List.copyOf(tokens);
    }
  }

  /// Goes on with a text, always with the likeliest token and without times: the cheapest way.
  ///
  /// @param language index in [Languages]
  /// @param beginning what is written already
  /// @param seconds of sound in the window
  Continuation goOn(EncodedAudio audio, int language, List<Integer> beginning, double seconds)
      throws OrtException {
    int max =
        Math.min(WhisperModel.MAX_TOKENS / 2, (int) (TOKENS_BESIDES + seconds * TOKENS_PER_SECOND));
    double noSpeech = listen(audio).noSpeech();
    cache.begin(1, PROMPT + 1 + beginning.size() + max + 1);
    long[] prompt = new long[PROMPT + 1 + beginning.size()];
    prompt[0] = Vocabulary.START_OF_TRANSCRIPT;
    prompt[1] = (long) Vocabulary.FIRST_LANGUAGE + language;
    prompt[2] = Vocabulary.TRANSCRIBE;
    prompt[3] = Vocabulary.WITHOUT_TIMESTAMPS;
    for (int i = 0; i < beginning.size(); i++) {
      prompt[PROMPT + 1 + i] = beginning.get(i);
    }
    List<Integer> tokens = new ArrayList<>();
    float[] scores = new float[Vocabulary.SIZE];
    double sum = 0;
    FloatBuffer logits = model.write(audio, cache, prompt);
    while (true) {
      logits.get(0, scores);
      int next = rules.likeliestWord(scores, beginning.isEmpty() && tokens.isEmpty());
      sum += scores[next] - LogSum.of(scores, 0, Vocabulary.FIRST_TIMESTAMP);
      if (next == Vocabulary.END_OF_TEXT || tokens.size() + beginning.size() >= max) {
        return new Continuation(tokens, sum / (tokens.size() + 1), noSpeech);
      }
      tokens.add(next);
      logits = model.write(audio, cache, next);
    }
  }

  /// Finds when the words of a hypothesis were said.
  ///
  /// @param beginning what its text follows
  /// @param seconds of sound in the window
  /// @return for each of its tokens that is no time, when it begins, in seconds of the window; at
  ///   last, where the last one ends
  double[] times(EncodedAudio audio, List<Integer> beginning, Hypothesis hypothesis, double seconds)
      throws OrtException {
    long[] before = words(beginning);
    long[] text =
        LongStream.concat(Arrays.stream(before), Arrays.stream(words(hypothesis.tokens())))
            .toArray();
    if (text.length == before.length) {
      return new double[] {0};
    }
    long[] tokens = new long[PROMPT + 1 + text.length + 1];
    tokens[0] = Vocabulary.START_OF_TRANSCRIPT;
    tokens[1] = (long) Vocabulary.FIRST_LANGUAGE + hypothesis.language();
    tokens[2] = Vocabulary.TRANSCRIBE;
    tokens[3] = Vocabulary.WITHOUT_TIMESTAMPS;
    System.arraycopy(text, 0, tokens, PROMPT + 1, text.length);
    tokens[tokens.length - 1] = Vocabulary.END_OF_TEXT;
    float[][][] attention = model.attention(audio, tokens);
    int used =
        Math.clamp((int) Math.ceil(seconds / Alignment.COLUMN_SECONDS), 1, attention[0][0].length);
    // Attention runs one token ahead: where it lies while a token is the input is where the next
    // one is said. So the rows begin with the last one of the prompt.
    double[] times = Alignment.times(attention, PROMPT, tokens.length - 1, used);
    return Arrays.copyOfRange(times, before.length, text.length + 1);
  }

  private static long[] words(List<Integer> tokens) {
    return tokens.stream()
        .filter(token -> !Vocabulary.isTimestamp(token))
        .mapToLong(Integer::longValue)
        .toArray();
  }

  private static int maxTokens(double seconds) {
    return Math.min(
        WhisperModel.MAX_TOKENS / 2, (int) (TOKENS_BESIDES + seconds * TOKENS_PER_SECOND));
  }

  /// Writes the prompt and the beginning, and answers with the logits of what follows.
  ///
  /// @param maxTokens that will be written, the beginning included
  private FloatBuffer begin(
      EncodedAudio audio, int language, List<Integer> beginning, int maxBeams, int maxTokens)
      throws OrtException {
    cache.begin(maxBeams, PROMPT + maxTokens + 1);
    long[] tokens = new long[PROMPT + beginning.size()];
    tokens[0] = Vocabulary.START_OF_TRANSCRIPT;
    tokens[1] = (long) Vocabulary.FIRST_LANGUAGE + language;
    tokens[2] = Vocabulary.TRANSCRIBE;
    for (int i = 0; i < beginning.size(); i++) {
      tokens[PROMPT + i] = beginning.get(i);
    }
    return model.write(audio, cache, tokens);
  }

  /// A beginning, and the sum of the log probabilities of its tokens.
  private record Beam(List<Integer> tokens, double sum) {
    Beam with(int token, double newSum) {
      List<Integer> longer = new ArrayList<>(tokens);
      longer.add(token);
      return new Beam(longer, newSum);
    }

    /// Of the log probabilities of all tokens but the first `given`, and of the end.
    double mean(int given) {
      return sum / (tokens.size() - given + 1);
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
    float min = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < scores.length; token++) {
      float score = scores[token];
      if (score <= min) {
        continue;
      }
      int at = found < tokens.length ? found++ : tokens.length - 1;
      while (at > 0 && scores[tokens[at - 1]] < score) {
        tokens[at] = tokens[at - 1];
        at--;
      }
      tokens[at] = token;
      if (found == tokens.length) {
        min = scores[tokens[found - 1]];
      }
    }
    return found;
  }

  private static Beam best(List<Beam> beams, int given) {
    return beams.stream().max(Comparator.comparingDouble(beam -> beam.mean(given))).orElseThrow();
  }
}
