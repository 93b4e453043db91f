package parley.testing;

import java.util.Random;
import java.util.random.RandomGenerator;

/// Runs a check repeatedly with hostile random input. `-Dparley.fuzz.tries=200000` runs it longer,
/// `-Dparley.fuzz.seed=…` repeats the case in a failure message.
public final class Fuzz {
  /// One case; all randomness comes from the generator.
  @FunctionalInterface
  public interface Case {
    void check(RandomGenerator random) throws Exception;
  }

  private Fuzz() {}

  /// Runs the check `tries` times, unless the system property sets another number.
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
