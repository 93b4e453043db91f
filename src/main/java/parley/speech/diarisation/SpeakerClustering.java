package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Determines the speakers of a recording and assigns each stretch to one.
final class SpeakerClustering {
  /// The average similarity from which embeddings belong to one person. Strangers are below 0.3 in
  /// 995 of 1,000 pairs of three seconds each, one person's are about 0.65.
  private static final double SAME_PERSON = 0.36;

  /// The same over a telephone, where all voices are more alike.
  private static final double SAME_PERSON_BY_TELEPHONE = 0.44;

  /// The least speech, in seconds, of embeddings that found a cluster; shorter ones scatter too
  /// widely.
  private static final double CORE_SECONDS = 1;

  private static final double CORE_SECONDS_BY_TELEPHONE = 1.5;

  /// The same where hardly anybody speaks for longer.
  private static final double SHORT_CORE_SECONDS = 0.8;

  /// A cluster with less than this share of the speech is more likely a laugh of somebody else, or
  /// noise.
  private static final double MIN_SHARE = 0.03;

  /// The least that the share amounts to, in seconds.
  private static final double MIN_SECONDS = 1;

  /// Speech of so many seconds is always somebody's, whatever its share.
  private static final double ENOUGH_SECONDS = 2;

  /// The step by which the threshold is raised until there are as many people as asked for.
  private static final double STEP = 0.02;

  /// A stretch without an embedding follows its neighbours in the same track; their weight falls
  /// with distance in seconds, to zero here.
  private static final double MAX_NEIGHBOUR_SECONDS = 8;

  private static final double NEIGHBOUR_DECAY_SECONDS = 4;
  private static final int NEIGHBOURS = 3;
  private static final int ROUNDS = 2;

  private SpeakerClustering() {}

  /// The assignment of stretches to speakers.
  ///
  /// @param speakers for each stretch the number of its speaker, from 0 in order of appearance
  /// @param centroids for each speaker the mean direction, null for those without an embedding
  record Assignment(
      @SuppressWarnings("ArrayRecordComponent") int[] speakers,
      List<@Nullable VoiceEmbedding> centroids) {}

  /// Assigns stretches, which are ordered by start.
  static Assignment assign(List<SpokenStretch> stretches, SpeakerCount count) {
    List<VoiceEmbedding> people = people(stretches, count);
    int[] speakers = new int[stretches.size()];
    if (people.isEmpty()) {
      return inOrder(stretches, speakers);
    }
    for (int round = 0; round < ROUNDS; round++) {
      double[][] scores = scores(stretches, people);
      for (int i = 0; i < speakers.length; i++) {
        speakers[i] = best(stretches, scores, i);
      }
      people = centroids(stretches, speakers, people);
    }
    for (int i = 0; i < speakers.length; i++) {
      if (speakers[i] < 0) {
        speakers[i] = Math.max(0, ofNearest(stretches, speakers, i));
      }
    }
    return inOrder(stretches, speakers);
  }

  private static List<VoiceEmbedding> people(List<SpokenStretch> stretches, SpeakerCount count) {
    List<Clusters.Cluster> core = core(stretches, coreSeconds(stretches));
    if (core.size() < 3) {
      core = core(stretches, SHORT_CORE_SECONDS);
    }
    if (core.size() < 2) {
      core = core(stretches, 0);
    }
    double same = byTelephone(stretches) ? SAME_PERSON_BY_TELEPHONE : SAME_PERSON;
    double speech = core.stream().mapToDouble(Clusters.Cluster::seconds).sum();
    double min = Math.clamp(MIN_SHARE * speech, MIN_SECONDS, ENOUGH_SECONDS);
    List<Clusters.Cluster> found = large(Clusters.join(core, same, 1), min);
    for (double threshold = same + STEP;
        found.size() < count.min() && threshold < 1;
        threshold += STEP) {
      found = large(Clusters.join(core, threshold, 1), min / 2);
    }
    if (found.size() > count.max()) {
      found = Clusters.join(found, Double.NEGATIVE_INFINITY, count.max());
    }
    return found.stream().map(cluster -> VoiceEmbedding.of(cluster.sum())).toList();
  }

  /// Whether most of the speech came over a telephone.
  static boolean byTelephone(List<SpokenStretch> stretches) {
    double narrow = 0;
    double all = 0;
    for (SpokenStretch stretch : stretches) {
      all += stretch.seconds();
      narrow += stretch.line() == Bandwidth.NARROW ? stretch.seconds() : 0;
    }
    return narrow > all / 2;
  }

  private static double coreSeconds(List<SpokenStretch> stretches) {
    return byTelephone(stretches) ? CORE_SECONDS_BY_TELEPHONE : CORE_SECONDS;
  }

  private static List<Clusters.Cluster> core(List<SpokenStretch> stretches, double seconds) {
    List<Clusters.Cluster> core = new ArrayList<>();
    for (int i = 0; i < stretches.size(); i++) {
      SpokenStretch stretch = stretches.get(i);
      if (stretch.voice() != null && stretch.seconds() >= seconds) {
        core.add(Clusters.Cluster.of(i, stretch.voice(), stretch.seconds()));
      }
    }
    return core;
  }

  private static List<Clusters.Cluster> large(List<Clusters.Cluster> clusters, double seconds) {
    double longest = clusters.stream().mapToDouble(Clusters.Cluster::seconds).max().orElse(0);
    return clusters.stream().filter(c -> c.seconds() >= Math.min(seconds, longest / 2)).toList();
  }

  private static double[][] scores(List<SpokenStretch> stretches, List<VoiceEmbedding> people) {
    double[][] scores = new double[stretches.size()][people.size()];
    for (int i = 0; i < scores.length; i++) {
      VoiceEmbedding voice = stretches.get(i).voice();
      for (int person = 0; voice != null && person < people.size(); person++) {
        scores[i][person] = voice.similarity(people.get(person));
      }
    }
    return scores;
  }

  /// The person that a stretch sounds like; without a sound of its own, the one of its track.
  private static int best(List<SpokenStretch> stretches, double[][] scores, int i) {
    if (stretches.get(i).voice() != null) {
      return highest(scores[i]);
    }
    double[] sum = new double[scores[i].length];
    boolean any = false;
    int from = Math.max(0, i - NEIGHBOURS);
    int until = Math.min(stretches.size(), i + NEIGHBOURS + 1);
    for (int j = from; j < until; j++) {
      double apart = secondsApart(stretches.get(i).stretch(), stretches.get(j).stretch());
      if (stretches.get(j).voice() != null
          && stretches.get(j).stretch().track() == stretches.get(i).stretch().track()
          && apart < MAX_NEIGHBOUR_SECONDS) {
        double weight = stretches.get(j).seconds() * Math.exp(-apart / NEIGHBOUR_DECAY_SECONDS);
        for (int person = 0; person < sum.length; person++) {
          sum[person] += weight * scores[j][person];
        }
        any = true;
      }
    }
    return any ? highest(sum) : -1;
  }

  private static double secondsApart(Stretch one, Stretch other) {
    int frames = Math.max(other.start() - one.end(), one.start() - other.end());
    return Math.max(0, frames) * Activity.FRAME_SECONDS;
  }

  private static int highest(double[] scores) {
    int highest = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[highest]) {
        highest = i;
      }
    }
    return highest;
  }

  private static List<VoiceEmbedding> centroids(
      List<SpokenStretch> stretches, int[] speakers, List<VoiceEmbedding> before) {
    List<VoiceEmbedding> centroids = new ArrayList<>();
    for (int person = 0; person < before.size(); person++) {
      VoiceEmbedding centroid = centroid(stretches, speakers, person, coreSeconds(stretches));
      centroids.add(centroid == null ? before.get(person) : centroid);
    }
    return centroids;
  }

  private static @Nullable VoiceEmbedding centroid(
      List<SpokenStretch> stretches, int[] speakers, int person, double minSeconds) {
    float[] sum = new float[VoiceEmbedder.DIMENSIONS];
    boolean any = false;
    for (int i = 0; i < speakers.length; i++) {
      SpokenStretch stretch = stretches.get(i);
      if (speakers[i] == person && stretch.voice() != null && stretch.seconds() >= minSeconds) {
        stretch.voice().addTo(sum, stretch.seconds());
        any = true;
      }
    }
    return any ? VoiceEmbedding.of(sum) : null;
  }

  private static int ofNearest(List<SpokenStretch> stretches, int[] speakers, int i) {
    int middle = middle(stretches.get(i));
    int nearest = -1;
    for (int j = 0; j < speakers.length; j++) {
      if (speakers[j] >= 0
          && (nearest < 0
              || Math.abs(middle(stretches.get(j)) - middle)
                  < Math.abs(middle(stretches.get(nearest)) - middle))) {
        nearest = j;
      }
    }
    return nearest < 0 ? -1 : speakers[nearest];
  }

  private static int middle(SpokenStretch stretch) {
    return stretch.stretch().start() + stretch.stretch().end();
  }

  /// Numbers the speakers by their first stretch, and drops those without one.
  private static Assignment inOrder(List<SpokenStretch> stretches, int[] speakers) {
    List<Integer> order = new ArrayList<>();
    int[] numbered = new int[speakers.length];
    for (int i = 0; i < speakers.length; i++) {
      int person = speakers[i];
      if (!order.contains(person)) {
        order.add(person);
      }
      numbered[i] = order.indexOf(person);
    }
    List<@Nullable VoiceEmbedding> centroids = new ArrayList<>();
    for (int person = 0; person < order.size(); person++) {
      VoiceEmbedding centroid = centroid(stretches, numbered, person, coreSeconds(stretches));
      centroids.add(centroid == null ? centroid(stretches, numbered, person, 0) : centroid);
    }
    return new Assignment(numbered, centroids);
  }

  /// The order in which people appear.
  static Comparator<SpokenStretch> byStart() {
    return Comparator.comparingInt(stretch -> stretch.stretch().start());
  }
}
