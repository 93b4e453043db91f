package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Decodes token by token (`GreedyDecoder` in OpenAI's `decoding.py`). At temperature 0 it always
/// takes the likeliest token, which is the cheapest way to decode; above 0 it samples, which
/// escapes loops that the likeliest token always leads back into. Not thread-safe.
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
  /// @param seconds duration of the audio in the window, without the padding
  /// @return what follows the prompt's prefix
  Hypothesis decode(
      EncodedAudio audio, LanguageDetection detection, WhisperPrompt prompt, double seconds)
      throws OrtException {
    return sample(audio, detection, prompt, DecodingOptions.PLAIN, seconds, 1);
  }

  /// Samples several hypotheses for one window and returns the likeliest (`best_of`).
  /// Deterministic: the same window always gives the same result.
  ///
  /// @param options with a temperature above 0; 1 uses the model's own probabilities, lower values
  ///   favour likelier tokens
  Hypothesis sample(
      EncodedAudio audio,
      LanguageDetection detection,
      WhisperPrompt prompt,
      DecodingOptions options,
      double seconds,
      int samples)
      throws OrtException {
    RandomGenerator random = new SplittableRandom(1);
    double temperature = options.temperature();
    // The prefix is part of what is said in these seconds.
    int prefix = prompt.prefix().size();
    int maxTokens = Math.max(prompt.maxTokens(seconds) - prefix, prefix + 1);
    inference.begin(audio, prompt, samples, maxTokens);
    List<Sequence> open = List.of(Sequence.begin(prompt.prefix()));
    // All samples start from the same sequence.
    int[] origins = new int[samples];
    List<Sequence> finished = new ArrayList<>();
    while (true) {
      List<Sequence> next = new ArrayList<>();
      List<Integer> kept = new ArrayList<>();
      for (int origin : origins) {
        Sequence sequence = open.get(origin);
        inference.scores(origin, scores);
        float normaliser = rules.apply(scores, sequence.tokens(), prompt.timestamps());
        Set<Integer> boosted = options.keyterms().boost(scores, sequence.matches());
        int token = temperature > 0 ? sample(scores, temperature, random) : likeliest(scores);
        double bonus = KeytermTrie.bonus(boosted, token);
        double logProbability = sequence.logProbability() + scores[token] - bonus - normaliser;
        if (token == Vocabulary.END_OF_TEXT) {
          finished.add(sequence.ended(logProbability));
        } else {
          next.add(
              sequence.with(
                  token,
                  logProbability,
                  options.keyterms().with(sequence.matches(), token, bonus)));
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

  /// Samples a token at a temperature.
  ///
  /// @param scores logits; negative infinity for suppressed tokens
  static int sample(float[] scores, double temperature, RandomGenerator random) {
    float max = LogSum.max(scores, 0, scores.length);
    // Tokens less likely than the likeliest by a factor of e^20 are never drawn.
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
