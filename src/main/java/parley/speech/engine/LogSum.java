package parley.speech.engine;

/// Log-sum-exp over a vocabulary, fast enough for every token of every beam. The loops contain only
/// multiplications and additions of adjacent elements, which the compiler vectorises; `Math.exp`
/// would cost more than the network itself.
final class LogSum {
  /// Below this, an exponential is negligible in a sum that contains a 1.
  private static final float MIN_EXPONENT = -80;

  private static final int BLOCK = 1024;

  private LogSum() {}

  /// Returns the logarithm of the sum of the exponentials of `values[from]` to `values[to - 1]`,
  /// with an error below 0.001; negative infinity if all of them are.
  static float of(float[] values, int from, int to) {
    float max = max(values, from, to);
    if (max == Float.NEGATIVE_INFINITY) {
      return max;
    }
    float[] powers = new float[BLOCK];
    double sum = 0;
    for (int start = from; start < to; start += BLOCK) {
      int count = Math.min(BLOCK, to - start);
      exponentials(values, start, count, max, powers);
      sum += sum(powers, count);
    }
    return (float) (max + Math.log(sum));
  }

  /// Sums four at a time, for the same reason as [#max].
  private static float sum(float[] values, int count) {
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      first += values[i];
      second += values[i + 1];
      third += values[i + 2];
      fourth += values[i + 3];
    }
    for (; i < count; i++) {
      first += values[i];
    }
    return first + second + third + fourth;
  }

  /// Returns the maximum of `values[from]` to `values[to - 1]`.
  static float max(float[] values, int from, int to) {
    // Four at a time, since each maximum depends on the previous one.
    float first = Float.NEGATIVE_INFINITY;
    float second = first;
    float third = first;
    float fourth = first;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      first = values[i] > first ? values[i] : first;
      second = values[i + 1] > second ? values[i + 1] : second;
      third = values[i + 2] > third ? values[i + 2] : third;
      fourth = values[i + 3] > fourth ? values[i + 3] : fourth;
    }
    for (; i < to; i++) {
      first = Math.max(first, values[i]);
    }
    return Math.max(Math.max(first, second), Math.max(third, fourth));
  }

  /// Computes e^x as (e^(x/256))^256 with a power series inside: off by 0.04 % at x = −20, and by
  /// less where it matters more.
  private static void exponentials(
      float[] values, int start, int count, float max, float[] powers) {
    for (int i = 0; i < count; i++) {
      float z = Math.max(values[start + i] - max, MIN_EXPONENT) * (1f / 256);
      float power = 1 + z * (1 + z * (0.5f + z * (1f / 6 + z * (1f / 24))));
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      powers[i] = power;
    }
  }
}
