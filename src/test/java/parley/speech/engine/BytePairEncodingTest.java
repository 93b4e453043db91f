package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class BytePairEncodingTest {
  private static final Map<String, Integer> TOKENS = new HashMap<>();

  static {
    Random random = new Random(3);
    for (int rank = 0; rank < 60; rank++) {
      StringBuilder token = new StringBuilder();
      for (int i = random.nextInt(2, 6); i > 0; i--) {
        token.append((char) ('a' + random.nextInt(3)));
      }
      TOKENS.putIfAbsent(token.toString(), rank);
    }
  }

  @Property(tries = 500)
  void mergesTheLowestPairFirstAndTheLeftmostOfThose(@ForAll long seed) {
    Random random = new Random(seed);
    List<String> pieces = new ArrayList<>();
    for (int i = random.nextInt(60); i > 0; i--) {
      pieces.add(String.valueOf((char) ('a' + random.nextInt(3))));
    }
    List<String> expected = mergedOneByOne(pieces);

    BytePairEncoding.merge(pieces, TOKENS);

    assertThat(pieces).isEqualTo(expected);
  }

  private static List<String> mergedOneByOne(List<String> pieces) {
    List<String> merged = new ArrayList<>(pieces);
    while (true) {
      int first = -1;
      for (int i = 0; i + 1 < merged.size(); i++) {
        if (rank(merged, i) < (first < 0 ? Integer.MAX_VALUE : rank(merged, first))) {
          first = i;
        }
      }
      if (first < 0) {
        return merged;
      }
      merged.set(first, merged.get(first) + merged.remove(first + 1));
    }
  }

  private static int rank(List<String> pieces, int at) {
    return TOKENS.getOrDefault(pieces.get(at) + pieces.get(at + 1), Integer.MAX_VALUE);
  }

  @Example
  void mergesAWordOfAnyLengthAtOnce() {
    Map<String, Integer> tokens = Map.of("aa", 1, "aaaa", 2);
    List<String> pieces = new ArrayList<>(Collections.nCopies(60_000, "a"));

    assertTimeout(Duration.ofSeconds(5), () -> BytePairEncoding.merge(pieces, tokens));

    assertThat(pieces).hasSize(15_000).containsOnly("aaaa");
  }
}
