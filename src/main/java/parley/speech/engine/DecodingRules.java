package parley.speech.engine;

import java.util.List;

/// Which tokens may come next: the rules of OpenAI's `decoding.py` for transcripts with times.
///
/// Times come in pairs around each segment and never go back; a transcript begins with a time of at
/// most one second and not with a blank or the end; where all times together are likelier than any
/// word, it is a time.
final class DecodingRules {
  /// The first segment begins within the window's first second.
  private static final int LATEST_FIRST_TIMESTAMP = Vocabulary.FIRST_TIMESTAMP + 50;

  private final Vocabulary vocabulary;

  DecodingRules(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /// Turns the logits of the next token into log probabilities under the rules; a forbidden token
  /// gets negative infinity.
  ///
  /// @param written the tokens after the prompt, in order
  void apply(float[] scores, List<Integer> written) {
    for (int token = 0; token < scores.length; token++) {
      if (vocabulary.isSuppressed(token)) {
        scores[token] = Float.NEGATIVE_INFINITY;
      }
    }
    if (written.isEmpty()) {
      forbid(scores, 0, Vocabulary.FIRST_TIMESTAMP);
      forbid(scores, LATEST_FIRST_TIMESTAMP + 1, scores.length);
    } else {
      pairTimes(scores, written);
    }
    toLogProbabilities(scores);
    preferTime(scores);
  }

  private static void pairTimes(float[] scores, List<Integer> written) {
    int count = written.size();
    boolean lastIsTime = Vocabulary.isTimestamp(written.get(count - 1));
    boolean beforeIsTime = count < 2 || Vocabulary.isTimestamp(written.get(count - 2));
    if (lastIsTime && beforeIsTime) {
      forbid(scores, Vocabulary.FIRST_TIMESTAMP, scores.length);
    } else if (lastIsTime) {
      forbid(scores, 0, Vocabulary.END_OF_TEXT);
    }
    for (int i = count - 1; i >= 0; i--) {
      int token = written.get(i);
      if (Vocabulary.isTimestamp(token)) {
        // A segment may begin where the last one ended, but must not be empty.
        int earliest = lastIsTime && !beforeIsTime ? token : token + 1;
        forbid(scores, Vocabulary.FIRST_TIMESTAMP, Math.min(earliest, scores.length));
        break;
      }
    }
  }

  private static void preferTime(float[] scores) {
    float likeliestWord = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < Vocabulary.FIRST_TIMESTAMP; token++) {
      likeliestWord = Math.max(likeliestWord, scores[token]);
    }
    double times = 0;
    for (int token = Vocabulary.FIRST_TIMESTAMP; token < scores.length; token++) {
      times += Math.exp(scores[token]);
    }
    if (likeliestWord > Float.NEGATIVE_INFINITY && Math.log(times) > likeliestWord) {
      forbid(scores, 0, Vocabulary.FIRST_TIMESTAMP);
      toLogProbabilities(scores);
    }
  }

  private static void forbid(float[] scores, int from, int to) {
    for (int token = from; token < to; token++) {
      scores[token] = Float.NEGATIVE_INFINITY;
    }
  }

  /// Subtracts the logarithm of the sum of the exponentials.
  static void toLogProbabilities(float[] scores) {
    float greatest = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      greatest = Math.max(greatest, score);
    }
    double sum = 0;
    for (float score : scores) {
      // Anything so far below adds nothing that a float could hold, and exp is dear.
      if (score > greatest - 20) {
        sum += Math.exp(score - greatest);
      }
    }
    float logSum = (float) (greatest + Math.log(sum));
    for (int token = 0; token < scores.length; token++) {
      scores[token] -= logSum;
    }
  }
}
