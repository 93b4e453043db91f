package parley.speech.engine;

import java.util.Arrays;
import java.util.List;

/// Which tokens may come next: the rules of OpenAI's `decoding.py` for transcripts with timestamps.
///
/// Timestamps come in pairs around each segment and never decrease. A transcript begins with a
/// timestamp of at most one second, never with a blank or the end of the text. If the timestamps
/// together are likelier than any text token, the next token is a timestamp.
final class DecodingRules {
  private static final int TIMES = Vocabulary.FIRST_TIMESTAMP;

  /// The first segment starts within the window's first second.
  private static final int LATEST_FIRST_TIME = TIMES + 50;

  private final Vocabulary vocabulary;

  DecodingRules(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /// Suppresses the tokens that the rules forbid by setting their logits to negative infinity.
  ///
  /// @param scores logits of the next token
  /// @param written tokens after the prompt's head, in order
  /// @param timestamps whether the transcript has timestamps
  /// @return the normaliser: a token's log probability is its logit minus this
  float apply(float[] scores, List<Integer> written, boolean timestamps) {
    for (int token : vocabulary.suppressed()) {
      scores[token] = Float.NEGATIVE_INFINITY;
    }
    if (!timestamps) {
      forbid(scores, TIMES, scores.length);
      if (written.isEmpty()) {
        scores[Vocabulary.BLANK] = Float.NEGATIVE_INFINITY;
        scores[Vocabulary.END_OF_TEXT] = Float.NEGATIVE_INFINITY;
      }
      return LogSum.of(scores, 0, TIMES);
    }
    if (written.isEmpty()) {
      forbid(scores, 0, TIMES);
      forbid(scores, LATEST_FIRST_TIME + 1, scores.length);
    } else {
      pairTimes(scores, written);
    }
    float words = LogSum.of(scores, 0, TIMES);
    float times = LogSum.of(scores, TIMES, scores.length);
    // Both sides are compared as unnormalised probabilities, since the same sum divides them.
    if (times > LogSum.max(scores, 0, TIMES)) {
      forbid(scores, 0, TIMES);
      return times;
    }
    return (float) (words + Math.log1p(Math.exp(times - words)));
  }

  private static void pairTimes(float[] scores, List<Integer> written) {
    int count = written.size();
    boolean lastIsTime = Vocabulary.isTimestamp(written.get(count - 1));
    boolean beforeIsTime = count < 2 || Vocabulary.isTimestamp(written.get(count - 2));
    if (lastIsTime && beforeIsTime) {
      forbid(scores, TIMES, scores.length);
    } else if (lastIsTime) {
      forbid(scores, 0, Vocabulary.END_OF_TEXT);
    }
    for (int i = count - 1; i >= 0; i--) {
      int token = written.get(i);
      if (Vocabulary.isTimestamp(token)) {
        // A segment may start where the last one ended, but must not be empty.
        int earliest = lastIsTime && !beforeIsTime ? token : token + 1;
        forbid(scores, TIMES, Math.min(earliest, scores.length));
        break;
      }
    }
  }

  private static void forbid(float[] scores, int from, int to) {
    Arrays.fill(scores, from, to, Float.NEGATIVE_INFINITY);
  }
}
