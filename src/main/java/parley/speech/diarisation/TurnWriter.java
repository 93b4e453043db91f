package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Makes turns of stretches whose speaker is known.
final class TurnWriter {
  /// A pause of the same speaker in which nobody else speaks is part of the turn up to this long;
  /// people count breaths and short hesitations in, and so do references.
  private static final double MAX_PAUSE_SECONDS = 1.0;

  /// One in which others speak, up to this long.
  private static final double MAX_OVERLAPPED_PAUSE_SECONDS = 0.3;

  /// The network is a little late at the beginning of speech, and early at its end.
  private static final double LEAD_SECONDS = 0.03;

  private static final double TAIL_SECONDS = 0.06;

  /// Shorter turns are clicks.
  private static final double MIN_SECONDS = 0.1;

  private TurnWriter() {}

  /// The turns in order of their start.
  ///
  /// @param speakers for each stretch the number of its speaker
  /// @param duration of the recording in seconds, beyond which no turn lasts
  static List<SpeakerTurn> turns(List<Stretch> stretches, int[] speakers, double duration) {
    int people = 0;
    for (int speaker : speakers) {
      people = Math.max(people, speaker + 1);
    }
    List<List<FrameRange>> speech = new ArrayList<>();
    for (int person = 0; person < people; person++) {
      speech.add(speechOf(stretches, speakers, person));
    }
    List<SpeakerTurn> turns = new ArrayList<>();
    for (int person = 0; person < people; person++) {
      for (FrameRange turn : joined(speech, person)) {
        double start = Math.max(0, Activity.start(turn.start()) - LEAD_SECONDS);
        double end = Math.min(duration, Activity.start(turn.end()) + TAIL_SECONDS);
        if (turn.seconds() >= MIN_SECONDS && end > start) {
          turns.add(new SpeakerTurn(start, end, "S" + (person + 1)));
        }
      }
    }
    turns.sort(Comparator.comparingDouble(SpeakerTurn::start).thenComparing(SpeakerTurn::label));
    return turns;
  }

  /// What one person says, in order, not overlapping.
  private static List<FrameRange> speechOf(List<Stretch> stretches, int[] speakers, int person) {
    List<FrameRange> all = new ArrayList<>();
    for (int i = 0; i < speakers.length; i++) {
      if (speakers[i] == person) {
        all.addAll(stretches.get(i).speech());
      }
    }
    all.sort(Comparator.comparingInt(FrameRange::start));
    List<FrameRange> merged = new ArrayList<>();
    for (FrameRange range : all) {
      if (!merged.isEmpty() && range.start() <= merged.getLast().end()) {
        FrameRange before = merged.removeLast();
        merged.add(new FrameRange(before.start(), Math.max(before.end(), range.end())));
      } else {
        merged.add(range);
      }
    }
    return merged;
  }

  private static List<FrameRange> joined(List<List<FrameRange>> speech, int person) {
    int[] position = new int[speech.size()];
    List<FrameRange> joined = new ArrayList<>();
    for (FrameRange range : speech.get(person)) {
      if (joined.isEmpty()) {
        joined.add(range);
        continue;
      }
      FrameRange before = joined.getLast();
      FrameRange pause = new FrameRange(before.end(), range.start());
      boolean interrupted = false;
      for (int other = 0; other < speech.size(); other++) {
        interrupted |= other != person && speaks(speech.get(other), position, other, pause);
      }
      if (pause.seconds() < (interrupted ? MAX_OVERLAPPED_PAUSE_SECONDS : MAX_PAUSE_SECONDS)) {
        joined.removeLast();
        joined.add(new FrameRange(before.start(), range.end()));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }

  /// Whether somebody speaks during a pause; pauses are asked for in order.
  private static boolean speaks(
      List<FrameRange> speech, int[] position, int person, FrameRange pause) {
    while (position[person] < speech.size()
        && speech.get(position[person]).end() <= pause.start()) {
      position[person]++;
    }
    return position[person] < speech.size()
        && speech.get(position[person]).start() < pause.end();
  }
}
