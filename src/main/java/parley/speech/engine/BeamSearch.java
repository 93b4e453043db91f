package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Beam search: returns the finished hypothesis with the highest mean log probability
/// (`BeamSearchDecoder` in OpenAI's `decoding.py`, patience 1). Not thread-safe.
final class BeamSearch {
  private final WhisperInference inference;
  private final DecodingRules rules;
  private final int beams;
  private final float[] scores = new float[Vocabulary.SIZE];

  BeamSearch(WhisperInference inference, DecodingRules rules, int beams) {
    this.inference = inference;
    this.rules = rules;
    this.beams = beams;
  }

  /// Decodes one window.
  ///
  /// @param keyterms terms that are likely to be spoken
  /// @param seconds duration of the audio after the prompt's prefix, without the padding
  /// @return what follows the prefix
  Hypothesis decode(
      EncodedAudio audio,
      LanguageDetection detection,
      WhisperPrompt prompt,
      KeytermTrie keyterms,
      double seconds)
      throws OrtException {
    int maxTokens = prompt.maxTokens(seconds);
    inference.begin(audio, prompt, beams, maxTokens);
    List<Sequence> open = List.of(Sequence.begin(prompt.prefix()));
    List<Sequence> finished = new ArrayList<>();
    while (true) {
      List<Sequence> next = new ArrayList<>();
      List<Candidate> taken = new ArrayList<>();
      for (Candidate candidate : candidates(open, keyterms)) {
        Sequence origin = open.get(candidate.origin());
        if (candidate.token() == Vocabulary.END_OF_TEXT) {
          finished.add(origin.ended(candidate.logProbability()));
        } else {
          next.add(origin.with(candidate.token(), candidate.logProbability(), candidate.matches()));
          taken.add(candidate);
        }
        if (next.size() == beams) {
          break;
        }
      }
      if (finished.size() >= beams
          || next.isEmpty()
          || next.getFirst().tokens().size() >= maxTokens) {
        return Sequence.likeliest(finished.isEmpty() ? next : finished, prompt, detection);
      }
      inference.next(
          audio,
          taken.stream().mapToInt(Candidate::origin).toArray(),
          taken.stream().mapToLong(Candidate::token).toArray());
      open = next;
    }
  }

  /// A possible next token of a sequence.
  ///
  /// @param matches the keyterms of the sequence with the token
  private record Candidate(
      int origin, int token, double logProbability, KeytermTrie.Matches matches) {
    double hoped() {
      return logProbability + matches.hoped();
    }

    double settled() {
      return logProbability + matches.settled();
    }
  }

  /// Returns the likeliest continuations, best first: enough that `beams` of them do not end the
  /// text.
  private List<Candidate> candidates(List<Sequence> open, KeytermTrie keyterms) {
    List<Candidate> candidates = new ArrayList<>();
    int[] likeliest = new int[beams + 1];
    for (int origin = 0; origin < open.size(); origin++) {
      inference.scores(origin, scores);
      Sequence sequence = open.get(origin);
      float normaliser = rules.apply(scores, sequence.tokens(), true);
      Set<Integer> boosted = keyterms.boost(scores, sequence.matches());
      int found = likeliest(scores, likeliest);
      for (int i = 0; i < found; i++) {
        int token = likeliest[i];
        double bonus = KeytermTrie.bonus(boosted, token);
        candidates.add(
            new Candidate(
                origin,
                token,
                sequence.logProbability() + scores[token] - bonus - normaliser,
                keyterms.with(sequence.matches(), token, bonus)));
      }
    }
    candidates.sort(Comparator.comparingDouble(Candidate::hoped).reversed());
    if (!keyterms.isEmpty()) {
      // Beginnings of terms must not crowd out what is likeliest if none of them is completed.
      List<Candidate> settled =
          candidates.stream()
              .sorted(Comparator.comparingDouble(Candidate::settled).reversed())
              .limit((beams + 1) / 2)
              .toList();
      candidates.removeAll(settled);
      candidates.addAll(0, settled);
    }
    return candidates;
  }

  /// Finds the tokens with the highest scores, best first; fewer if the rest is suppressed.
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
}
