package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The speakers of a live stream so far. None is forgotten, so that a voice which comes back after
/// minutes is still the same; at most [SpeakerCount#MAX] are told apart.
final class OnlineSpeakers {
  /// The similarity to a speaker's mean from which a voice is theirs.
  private static final double SAME_PERSON = 0.42;

  /// The least speech, in seconds, that adds a speaker or changes a mean.
  private static final double CORE_SECONDS = 1.5;

  /// The similarity from which two speakers are merged.
  private static final double ONE_AFTER_ALL = 0.65;

  private final int max;
  private final List<Person> people = new ArrayList<>();
  private int labels;

  OnlineSpeakers(int max) {
    this.max = max;
  }

  /// Assigns a voice to a speaker.
  ///
  /// @param seconds of speech that it was made of
  String assign(VoiceEmbedding voice, double seconds) {
    Person closest = null;
    double similarity = Double.NEGATIVE_INFINITY;
    for (Person person : people) {
      double alike = voice.similarity(person.centroid);
      if (alike > similarity) {
        closest = person;
        similarity = alike;
      }
    }
    boolean core = seconds >= CORE_SECONDS;
    if (closest == null || (core && similarity < SAME_PERSON && people.size() < max)) {
      closest = new Person("S" + ++labels, voice);
      people.add(closest);
    }
    if (core) {
      closest.add(voice, seconds);
      closest = united(closest);
    }
    return closest.labels.getFirst();
  }

  /// The mean of what a person said; null for an unknown label. A label that is not given any more,
  /// because two people were one after all, still has their voice.
  @Nullable VoiceEmbedding voice(String label) {
    Person person = person(label);
    return person == null ? null : person.centroid;
  }

  /// Seconds of speech in the mean of a label; 0 for an unknown one.
  double seconds(String label) {
    Person person = person(label);
    return person == null ? 0 : person.seconds;
  }

  private @Nullable Person person(String label) {
    for (Person person : people) {
      if (person.labels.contains(label)) {
        return person;
      }
    }
    return null;
  }

  /// Merges a person with another who sounds like them, if there is one, and retires the later
  /// label.
  private Person united(Person changed) {
    for (Person other : people) {
      if (other != changed && other.centroid.similarity(changed.centroid) >= ONE_AFTER_ALL) {
        Person earlier = people.indexOf(other) < people.indexOf(changed) ? other : changed;
        Person later = earlier == other ? changed : other;
        earlier.add(later);
        earlier.labels.addAll(later.labels);
        people.remove(later);
        return earlier;
      }
    }
    return changed;
  }

  private static final class Person {
    final List<String> labels = new ArrayList<>();
    final float[] sum = new float[VoiceEmbedder.DIMENSIONS];
    VoiceEmbedding centroid;
    double seconds;

    Person(String label, VoiceEmbedding first) {
      labels.add(label);
      this.centroid = first;
    }

    void add(VoiceEmbedding voice, double more) {
      voice.addTo(sum, more);
      seconds += more;
      centroid = VoiceEmbedding.of(sum);
    }

    void add(Person other) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += other.sum[i];
      }
      seconds += other.seconds;
      centroid = VoiceEmbedding.of(sum);
    }
  }
}
