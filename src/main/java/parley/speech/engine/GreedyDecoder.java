package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Chooses one token after the other (`GreedyDecoder` in OpenAI's `decoding.py`): always the
/// likeliest at temperature 0, the cheapest way; by chance above, which gets out of a loop in which
/// the likeliest token always leads back. For one thread at a time.
final class GreedyDecoder {
  private final WhisperInference inference;
  private final DecodingRules rules;
  private final float[] scores = new float[Vocabulary.SIZE];

  GreedyDecoder(WhisperInference inference, DecodingRules rules) {
    this.inference = inference;
    this.rules = rules;
  }

  /// Decodes one window with the likeliest tokens.
  ///
  /// @param seconds of sound in the window, without the silence added to it
  /// @return what comes after the prompt's prefix
  Hypothesis decode(
      EncodedAudio audio, LanguageDetection detection, WhisperPrompt prompt, double seconds)
      throws OrtException {
    return sample(audio, detection, prompt, seconds, 0, 1);
  }

  /// Decodes one window several times by chance and takes the likeliest outcome (`best_of`). The
  /// same window gives the same outcome again.
  ///
  /// @param temperature above 0; at 1 the probabilities are the model's own, lower ones prefer what
  ///   is likely
  Hypothesis sample(
      EncodedAudio audio,
      LanguageDetection detection,
      WhisperPrompt prompt,
      double seconds,
      double temperature,
      int samples)
      throws OrtException {
    RandomGenerator random = new SplittableRandom(1);
    int maxTokens = Math.max(WhisperPrompt.maxTokens(seconds), prompt.prefix().size() + 1);
    inference.begin(audio, prompt, samples, maxTokens);
    List<Sequence> open = List.of(Sequence.begin(prompt.prefix()));
    // All samples begin with the one sequence.
    int[] origins = new int[samples];
    List<Sequence> finished = new ArrayList<>();
    while (true) {
      List<Sequence> next = new ArrayList<>();
      List<Integer> kept = new ArrayList<>();
      for (int origin : origins) {
        Sequence sequence = open.get(origin);
        inference.scores(origin, scores);
        float normaliser = rules.apply(scores, sequence.tokens(), prompt.timestamps());
        int token = temperature > 0 ? sample(scores, temperature, random) : likeliest(scores);
        double logProbability = sequence.logProbability() + scores[token] - normaliser;
        if (token == Vocabulary.END_OF_TEXT) {
          finished.add(sequence.ended(logProbability));
        } else {
          next.add(sequence.with(token, logProbability));
          kept.add(origin);
        }
      }
      if (next.isEmpty() || next.getFirst().tokens().size() >= maxTokens) {
        finished.addAll(next);
        return Sequence.likeliest(finished, prompt, detection);
      }
      inference.next(
          audio,
          kept.stream().mapToInt(Integer::intValue).toArray(),
          next.stream().mapToLong(sequence -> sequence.tokens().getLast()).toArray());
      open = next;
      origins = IntStream.range(0, open.size()).toArray();
    }
  }

  /// Draws a token by its probability at a temperature.
  ///
  /// @param scores logits; negative infinity for what is forbidden
  static int sample(float[] scores, double temperature, RandomGenerator random) {
    float max = LogSum.max(scores, 0, scores.length);
    // What is less likely than the likeliest by e^20 is never drawn.
    double min = max - 20 * temperature;
    double all = 0;
    for (float score : scores) {
      all += score >= min ? Math.exp((score - max) / temperature) : 0;
    }
    double left = random.nextDouble() * all;
    int last = 0;
    for (int token = 0; token < scores.length && left >= 0; token++) {
      if (scores[token] >= min) {
        left -= Math.exp((scores[token] - max) / temperature);
        last = token;
      }
    }
    return last;
  }

  /// The token with the highest score.
  static int likeliest(float[] scores) {
    int best = 0;
    for (int token = 1; token < scores.length; token++) {
      if (scores[token] > scores[best]) {
        best = token;
      }
    }
    return best;
  }
}
