package parley.speech.diarisation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import parley.speech.Recordings;

/// A conversation made of recordings of one person each.
public final class Conversation {
  public static final String IRON = "ls-1688-142285-0000.flac";
  public static final String KINE = "ls-2414-128291-0001.flac";
  public static final String LOBSTER = "ls-367-130732-0003.flac";

  private static final int RATE = 16_000;

  private final List<SpeakerTurn> turns = new ArrayList<>();
  private float[] samples = new float[0];

  /// Somebody speaks, after a pause or, when it is negative, before the last one has finished.
  public Conversation say(String recording, double from, double seconds, double pause)
      throws IOException {
    float[] all = Recordings.samples(recording);
    int start = (int) (from * RATE);
    float[] speech = Arrays.copyOfRange(all, start, start + (int) (seconds * RATE));
    int at = (int) Math.max(0, samples.length + pause * RATE);
    samples = Arrays.copyOf(samples, Math.max(samples.length, at + speech.length));
    for (int i = 0; i < speech.length; i++) {
      samples[at + i] += speech[i];
    }
    turns.add(new SpeakerTurn((double) at / RATE, (double) (at + speech.length) / RATE, recording));
    return this;
  }

  /// Three people, one of whom comes back after the others: 36 s.
  public static Conversation ofThree() throws IOException {
    return new Conversation()
        .say(IRON, 0.4, 7, 0.5)
        .say(KINE, 0.3, 7.5, 0.4)
        .say(LOBSTER, 0.3, 7, 0.3)
        .say(IRON, 7.5, 6, 0.5)
        .say(LOBSTER, 7.5, 6, 0.4);
  }

  public float[] samples() {
    return samples;
  }

  /// Who really speaks when, with the names of the recordings as labels.
  public List<SpeakerTurn> turns() {
    return turns;
  }

  /// The share of the time in which one of the turns' speakers is heard that is given to the label
  /// which is theirs most of all, as far as that is nobody else's.
  double agreement(List<SpeakerTurn> heard) {
    return agreement(turns, heard);
  }

  /// As [#agreement(List)], with these turns instead of the conversation's.
  public static double agreement(List<SpeakerTurn> turns, List<SpeakerTurn> heard) {
    List<String> people = turns.stream().map(SpeakerTurn::label).distinct().toList();
    List<String> taken = new ArrayList<>();
    double right = 0;
    double all = 0;
    for (String person : people) {
      double best = 0;
      String mine = "";
      for (String label : heard.stream().map(SpeakerTurn::label).distinct().toList()) {
        double shared = shared(turns, person, heard, label);
        if (shared > best && !taken.contains(label)) {
          best = shared;
          mine = label;
        }
      }
      taken.add(mine);
      right += best;
      all +=
          turns.stream()
              .filter(t -> t.label().equals(person))
              .mapToDouble(SpeakerTurn::seconds)
              .sum();
    }
    return right / all;
  }

  private static double shared(
      List<SpeakerTurn> turns, String person, List<SpeakerTurn> heard, String label) {
    double shared = 0;
    for (SpeakerTurn turn : turns) {
      for (SpeakerTurn other : heard) {
        if (turn.label().equals(person) && other.label().equals(label)) {
          shared +=
              Math.max(
                  0, Math.min(turn.end(), other.end()) - Math.max(turn.start(), other.start()));
        }
      }
    }
    return shared;
  }
}
