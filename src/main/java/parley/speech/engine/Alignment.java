package parley.speech.engine;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Word-level timestamps from the decoder's cross-attention, by the method of OpenAI's `timing.py`:
/// each attention head is normalised over the tokens and smoothed in time, the heads are averaged,
/// and dynamic time warping finds the best monotonic path.
final class Alignment {
  /// Duration of one attention column, in seconds.
  static final double COLUMN_SECONDS = 0.02;

  /// Width of the median filter, in columns (same as OpenAI's).
  private static final int MEDIAN_WIDTH = 7;

  private Alignment() {}

  /// Returns the start time of each text token of a hypothesis.
  ///
  /// @param prefix tokens that precede the hypothesis in the window
  /// @param seconds duration of the audio in the window
  /// @return the start of each token that is not a timestamp, in seconds from the start of the
  ///   window, followed by the end of the last one
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
    Optional<float[][][]> seen = model.attention(audio, tokens);
    if (seen.isEmpty()) {
      return estimated(hypothesis.tokens(), seconds);
    }
    float[][][] attention = seen.get();
    int used = Math.clamp((int) Math.ceil(seconds / COLUMN_SECONDS), 1, attention[0][0].length);
    // Attention runs one token ahead: the attention while a token is the input shows where the next
    // one is spoken. So the rows start at the last token of the prompt's head.
    double[] times = times(attention, prompt.length - text.size() - 1, prompt.length, used);
    return Arrays.copyOfRange(times, before, text.size() + 1);
  }

  /// Distributes the text tokens evenly between the timestamps around them: for models that do not
  /// return their attention, and for translations, which say things in another order.
  ///
  /// @param seconds duration of the audio
  /// @return as [#times]
  static double[] estimated(List<Integer> tokens, double seconds) {
    List<Double> times = new ArrayList<>();
    double begin = 0;
    double end = seconds;
    for (int i = 0; i < tokens.size(); ) {
      if (Vocabulary.isTimestamp(tokens.get(i))) {
        begin = Math.min(seconds, Vocabulary.secondsOf(tokens.get(i++)));
        continue;
      }
      int next = i;
      while (next < tokens.size() && !Vocabulary.isTimestamp(tokens.get(next))) {
        next++;
      }
      end = next < tokens.size() ? Vocabulary.secondsOf(tokens.get(next)) : seconds;
      end = Math.clamp(end, begin, Math.max(begin, seconds));
      for (int text = i; text < next; text++) {
        times.add(begin + (end - begin) * (text - i) / (next - i));
      }
      i = next;
    }
    times.add(end);
    return times.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /// Aligns tokens with columns.
  ///
  /// @param attention heads × tokens × columns, each at least one
  /// @param from first token to align
  /// @param to end of the tokens to align, exclusive
  /// @param used number of columns with audio; the rest is padding
  /// @return the start of each token in seconds, followed by the end of the last one;
  ///   non-decreasing
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

  /// Returns the median of the window around a column; the row is mirrored at its ends.
  private static float median(float[] row, int column, float[] window) {
    for (int i = 0; i < MEDIAN_WIDTH; i++) {
      int at = Math.abs(column + i - MEDIAN_WIDTH / 2);
      at = at < row.length ? at : 2 * (row.length - 1) - at;
      window[i] = row[Math.clamp(at, 0, row.length - 1)];
    }
    Arrays.sort(window);
    return window[MEDIAN_WIDTH / 2];
  }

  /// Runs dynamic time warping along the path of highest attention and returns the first column of
  /// each row on it.
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
