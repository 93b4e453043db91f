package parley.speech.diarisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ClustersTest {
  @Test
  void joinsWhatIsAlikeAndLeavesTheRestApart() {
    Voices voices = new Voices(3);
    List<Clusters.Cluster> single = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      single.add(Clusters.Cluster.of(i, voices.of(i % 3), 2));
    }
    List<Clusters.Cluster> joined = Clusters.join(single, 0.4, 1);
    assertThat(joined).hasSize(3);
    for (int person = 0; person < 3; person++) {
      int remainder = person;
      assertThat(joined.get(person).members()).hasSize(10).allMatch(i -> i % 3 == remainder);
      assertThat(joined.get(person).seconds()).isEqualTo(20);
    }
  }

  @Test
  void comparesClustersByTheMeanOfTheirMembersSimilarities() {
    Voices voices = new Voices(2);
    VoiceEmbedding a = voices.of(0);
    VoiceEmbedding b = voices.of(0);
    VoiceEmbedding c = voices.of(1);
    double similarity =
        Clusters.Cluster.of(0, a, 3)
            .with(Clusters.Cluster.of(1, b, 1))
            .similarity(Clusters.Cluster.of(2, c, 2));
    double expected = (3 * a.similarity(c) + b.similarity(c)) / 4;
    assertThat(similarity).isCloseTo(expected, within(1e-5));
  }

  @Test
  void stopsAtTheNumberAskedFor() {
    Voices voices = new Voices(4);
    List<Clusters.Cluster> single = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      single.add(Clusters.Cluster.of(i, voices.of(i % 4), 2));
    }
    assertThat(Clusters.join(single, Double.NEGATIVE_INFINITY, 2)).hasSize(2);
  }

  @Test
  void findsTheSamePeopleInHoursOfSpeech() {
    int people = 5;
    Voices voices = new Voices(people);
    Random random = new Random(5);
    List<Clusters.Cluster> single = new ArrayList<>();
    List<Integer> truth = new ArrayList<>();
    for (int i = 0; i < 5 * Clusters.BLOCK / 2; i++) {
      truth.add(random.nextInt(people));
      single.add(Clusters.Cluster.of(i, voices.of(truth.get(i)), 3));
    }
    List<Clusters.Cluster> joined = Clusters.join(single, 0.4, 1);
    assertThat(joined).hasSize(people);
    for (Clusters.Cluster cluster : joined) {
      assertThat(cluster.members().stream().map(truth::get).distinct()).hasSize(1);
    }
  }

  @Test
  @Timeout(60)
  void keepsTheLongestWhereHardlyAnyOfThousandsAreAlike() {
    int strangers = Clusters.MAX_JOINED + 200;
    Voices voices = new Voices(strangers);
    List<Clusters.Cluster> single = new ArrayList<>();
    for (int i = 0; i < strangers; i++) {
      single.add(Clusters.Cluster.of(i, voices.of(i), i % 10 == 9 ? 3 : 1 + i / 1e4));
    }
    List<Clusters.Cluster> joined = Clusters.join(single, 0.4, 1);
    assertThat(joined).hasSizeLessThanOrEqualTo(Clusters.MAX_JOINED);
    assertThat(joined.stream().filter(cluster -> cluster.seconds() == 3)).hasSize(strangers / 10);
  }
}
