package parley.testing;

import java.util.Random;
import java.util.random.RandomGenerator;

/// Repeats a check with hostile random input. `-Dparley.fuzz.tries=200000` runs it longer,
/// `-Dparley.fuzz.seed=…` repeats the case that a failure names.
public final class Fuzz {
  /// One case; everything random in it comes from the generator.
  @FunctionalInterface
  public interface Case {
    void check(RandomGenerator random) throws Exception;
  }

  private Fuzz() {}

  /// Runs the check `tries` times, or as often as the system property says.
  public static void repeat(int tries, Case check) {
    Long only = Long.getLong("parley.fuzz.seed");
    int count = only == null ? Integer.getInteger("parley.fuzz.tries", tries) : 1;
    long base = only == null ? System.nanoTime() : only;
    for (int i = 0; i < count; i++) {
      long seed = base + i;
      try {
        check.check(new Random(seed));
      } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError failure) {
        throw new AssertionError("Repeat with -Dparley.fuzz.seed=" + seed, failure);
      }
    }
  }
}
