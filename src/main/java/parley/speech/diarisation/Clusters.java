package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Agglomerative clustering of embeddings by average linkage: repeatedly merges the two clusters
/// whose members are most similar on average, weighted by duration. A cluster is kept as the
/// weighted sum of its members' directions, which keeps the average exact.
final class Clusters {
  /// The largest number of clusters usually compared pairwise; a long recording is first clustered
  /// in blocks of this size. Bounds the similarity matrix to a few megabytes.
  static final int BLOCK = 800;

  /// The largest number of clusters that are compared pairwise even if blocks of them have hardly
  /// anything in common. Of more, in hours of noise, the longest are kept: a voice of which there
  /// is less than of thousands of others is nobody's.
  static final int MAX_JOINED = 4 * BLOCK;

  /// By how much clusters within a block must exceed the threshold, since the rest of the recording
  /// is not known yet.
  private static final double EARLY_MARGIN = 0.15;

  private Clusters() {}

  /// One cluster: the indexes of what was clustered, the weighted sum of the directions, and the
  /// weights.
  static final class Cluster {
    private final List<Integer> members;
    private final float[] sum;
    private final double seconds;

    private Cluster(List<Integer> members, float[] sum, double seconds) {
      this.members = members;
      this.sum = sum;
      this.seconds = seconds;
    }

    List<Integer> members() {
      return members;
    }

    float[] sum() {
      return sum;
    }

    double seconds() {
      return seconds;
    }

    static Cluster of(int index, VoiceEmbedding voice, double seconds) {
      float[] sum = new float[VoiceEmbedder.DIMENSIONS];
      voice.addTo(sum, seconds);
      return new Cluster(List.of(index), sum, seconds);
    }

    Cluster with(Cluster other) {
      List<Integer> all = new ArrayList<>(members);
      all.addAll(other.members);
      float[] both = sum.clone();
      for (int i = 0; i < both.length; i++) {
        both[i] += other.sum[i];
      }
      return new Cluster(List.copyOf(all), both, seconds + other.seconds);
    }

    /// The mean similarity of the members of both.
    double similarity(Cluster other) {
      double product = 0;
      for (int i = 0; i < sum.length; i++) {
        product += sum[i] * other.sum[i];
      }
      return product / (seconds * other.seconds);
    }
  }

  /// Merges clusters while two of them reach the threshold and more than `min` are left. The result
  /// is ordered by first member. Of more than [#MAX_JOINED] that have little in common, the
  /// shortest are left out.
  static List<Cluster> join(List<Cluster> clusters, double threshold, int min) {
    List<Cluster> joined = clusters;
    double margin = EARLY_MARGIN;
    while (joined.size() > BLOCK && margin > 0) {
      List<Cluster> next = new ArrayList<>();
      for (int from = 0; from < joined.size(); from += BLOCK) {
        List<Cluster> block = joined.subList(from, Math.min(from + BLOCK, joined.size()));
        next.addAll(joinAll(block, threshold + margin, 1));
      }
      // If hardly anything was merged, relax the margin, or the matrix would grow.
      margin = next.size() > joined.size() * 0.9 ? margin - 0.05 : margin;
      joined = next;
    }
    return joinAll(longest(joined), threshold, min);
  }

  private static List<Cluster> longest(List<Cluster> clusters) {
    return clusters.size() <= MAX_JOINED
        ? clusters
        : clusters.stream()
            .sorted(Comparator.comparingDouble(Cluster::seconds).reversed())
            .limit(MAX_JOINED)
            .toList();
  }

  private static List<Cluster> joinAll(List<Cluster> clusters, double threshold, int min) {
    int count = clusters.size();
    List<Cluster> current = new ArrayList<>(clusters);
    // Whether a cluster has not been joined to another.
    boolean[] alive = new boolean[count];
    Arrays.fill(alive, true);
    float[][] alike = new float[count][];
    int[] nearest = new int[count];
    for (int i = 0; i < count; i++) {
      alike[i] = new float[i];
      for (int j = 0; j < i; j++) {
        alike[i][j] = (float) current.get(i).similarity(current.get(j));
      }
      nearest[i] = nearest(alive, alike, i);
    }
    for (int left = count; left > Math.max(min, 1); left--) {
      int first = -1;
      for (int i = 1; i < count; i++) {
        if (alive[i]
            && nearest[i] >= 0
            && (first < 0 || alike[i][nearest[i]] > alike[first][nearest[first]])) {
          first = i;
        }
      }
      if (first < 0 || alike[first][nearest[first]] < threshold) {
        break;
      }
      int second = nearest[first];
      Cluster joined = current.get(first).with(current.get(second));
      current.set(second, joined);
      alive[first] = false;
      for (int i = 0; i < count; i++) {
        if (alive[i] && i != second) {
          alike[Math.max(i, second)][Math.min(i, second)] =
              (float) current.get(i).similarity(joined);
        }
      }
      for (int i = second; i < count; i++) {
        if (alive[i]) {
          boolean changed = i == second || nearest[i] == first || nearest[i] == second;
          nearest[i] = changed ? nearest(alive, alike, i) : nearer(alike[i], nearest[i], second);
        }
      }
    }
    return IntStream.range(0, count)
        .filter(i -> alive[i])
        .mapToObj(current::get)
        .sorted(Comparator.comparing(cluster -> Collections.min(cluster.members())))
        .toList();
  }

  /// The more similar of two clusters, the first of two that are alike; the first may be −1.
  private static int nearer(float[] alike, int nearest, int other) {
    boolean closer =
        nearest < 0
            || alike[other] > alike[nearest]
            || (alike[other] == alike[nearest] && other < nearest);
    return closer ? other : nearest;
  }

  /// The most similar cluster before `i`, or −1.
  private static int nearest(boolean[] alive, float[][] alike, int i) {
    int nearest = -1;
    for (int j = 0; j < i; j++) {
      if (alive[j] && (nearest < 0 || alike[i][j] > alike[i][nearest])) {
        nearest = j;
      }
    }
    return nearest;
  }
}
