package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// When each token was said, from where the decoder's attention lay while writing it: the method of
/// OpenAI's `timing.py`. The attention of each head is compared over the tokens, smoothed in time,
/// averaged over the heads, and the best path through it, forward in both, is found by dynamic time
/// warping.
final class Alignment {
  /// Seconds that one column of attention stands for.
  static final double COLUMN_SECONDS = 0.02;

  /// Width of the median filter, in columns (OpenAI's).
  private static final int MEDIAN_WIDTH = 7;

  private Alignment() {}

  /// Finds when the words of a hypothesis were said.
  ///
  /// @param prefix what its text follows
  /// @param seconds of sound in the window
  /// @return for each of its tokens that is no time, when it begins, in seconds of the window; at
  ///   last, where the last one ends
  static double[] times(
      WhisperModel model,
      EncodedAudio audio,
      List<Integer> prefix,
      Hypothesis hypothesis,
      double seconds)
      throws OrtException {
    List<Integer> text =
        Stream.concat(prefix.stream(), hypothesis.tokens().stream())
            .filter(token -> !Vocabulary.isTimestamp(token))
            .toList();
    int before = (int) prefix.stream().filter(token -> !Vocabulary.isTimestamp(token)).count();
    if (text.size() == before) {
      return new double[] {0};
    }
    long[] prompt = WhisperPrompt.withoutTimestamps(hypothesis.language(), text).tokens();
    long[] tokens = Arrays.copyOf(prompt, prompt.length + 1);
    tokens[prompt.length] = Vocabulary.END_OF_TEXT;
    float[][][] attention = model.attention(audio, tokens);
    int used = Math.clamp((int) Math.ceil(seconds / COLUMN_SECONDS), 1, attention[0][0].length);
    // Attention runs one token ahead: where it lies while a token is the input is where the next
    // one is said. So the rows begin with the last one of the prompt's head.
    double[] times = times(attention, prompt.length - text.size() - 1, prompt.length, used);
    return Arrays.copyOfRange(times, before, text.size() + 1);
  }

  /// Finds when the tokens begin.
  ///
  /// @param attention heads × tokens × columns, each at least one
  /// @param from the first token to place
  /// @param to the first token after those
  /// @param used columns that hold sound; the rest is silence behind it
  /// @return seconds at which each of the tokens begins, and at last where the last one ends; never
  ///   going back
  static double[] times(float[][][] attention, int from, int to, int used) {
    float[][] path = new float[to - from][used];
    for (float[][] head : attention) {
      addHead(path, head, from, used);
    }
    int[] begins = firstColumns(path);
    double[] times = new double[to - from + 1];
    for (int token = 0; token < begins.length; token++) {
      times[token] = begins[token] * COLUMN_SECONDS;
    }
    times[to - from] = used * COLUMN_SECONDS;
    return times;
  }

  private static void addHead(float[][] sum, float[][] head, int from, int used) {
    int tokens = head.length;
    float[][] compared = new float[sum.length][used];
    for (int column = 0; column < used; column++) {
      double mean = 0;
      for (float[] row : head) {
        mean += row[column];
      }
      mean /= tokens;
      double variance = 0;
      for (float[] row : head) {
        variance += (row[column] - mean) * (row[column] - mean);
      }
      double deviation = Math.sqrt(variance / tokens) + 1e-9;
      for (int token = 0; token < sum.length; token++) {
        compared[token][column] = (float) ((head[from + token][column] - mean) / deviation);
      }
    }
    float[] window = new float[MEDIAN_WIDTH];
    for (int token = 0; token < sum.length; token++) {
      for (int column = 0; column < used; column++) {
        sum[token][column] += median(compared[token], column, window);
      }
    }
  }

  /// The median around a column; the ends are mirrored.
  private static float median(float[] row, int column, float[] window) {
    for (int i = 0; i < MEDIAN_WIDTH; i++) {
      int at = Math.abs(column + i - MEDIAN_WIDTH / 2);
      at = at < row.length ? at : 2 * (row.length - 1) - at;
      window[i] = row[Math.clamp(at, 0, row.length - 1)];
    }
    Arrays.sort(window);
    return window[MEDIAN_WIDTH / 2];
  }

  /// Dynamic time warping: for each row, the first column of the path of greatest attention from
  /// the first row and column to the last ones.
  private static int[] firstColumns(float[][] attention) {
    int rows = attention.length;
    int columns = attention[0].length;
    float[][] cost = new float[rows + 1][columns + 1];
    byte[][] step = new byte[rows + 1][columns + 1];
    Arrays.fill(cost[0], Float.POSITIVE_INFINITY);
    cost[0][0] = 0;
    for (int row = 1; row <= rows; row++) {
      cost[row][0] = Float.POSITIVE_INFINITY;
      for (int column = 1; column <= columns; column++) {
        float both = cost[row - 1][column - 1];
        float down = cost[row - 1][column];
        float along = cost[row][column - 1];
        float min = along;
        if (both < down && both < along) {
          min = both;
        } else if (down < both && down < along) {
          min = down;
          step[row][column] = 1;
        } else {
          step[row][column] = 2;
        }
        cost[row][column] = min - attention[row - 1][column - 1];
      }
    }
    int[] first = new int[rows];
    int row = rows;
    int column = columns;
    while (row > 0 && column > 0) {
      first[row - 1] = column - 1;
      switch (step[row][column]) {
        case 0 -> {
          row--;
          column--;
        }
        case 1 -> row--;
        default -> column--;
      }
    }
    return first;
  }
}
