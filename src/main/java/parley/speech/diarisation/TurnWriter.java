package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Turns attributed stretches into speaker turns.
final class TurnWriter {
  /// A pause of the same speaker in which nobody else speaks is part of the turn up to this long:
  /// people count breaths and hesitations in, and so do references.
  private static final double MAX_PAUSE_SECONDS = 1.25;

  /// The same for pauses in which others speak.
  private static final double MAX_OVERLAPPED_PAUSE_SECONDS = 0.3;

  /// In noise, a turn begins so much before the network is sure of speech, and ends so much after:
  /// soft sounds and breaths. At most half of the way to another's turn.
  private static final double LEAD_SECONDS = 0.2;

  private static final double TAIL_SECONDS = 0.15;

  /// The same where somebody else speaks: about what the network is late and early by.
  private static final double MIN_MARGIN_SECONDS = 0.03;

  /// Shorter turns are clicks.
  private static final double MIN_SECONDS = 0.1;

  private TurnWriter() {}

  /// The turns in order of their start.
  ///
  /// @param speakers for each stretch the number of its speaker
  /// @param duration of the recording in seconds, beyond which no turn lasts
  /// @param levels of the recording
  static List<SpeakerTurn> turns(
      List<Stretch> stretches,
      int[] speakers,
      double duration,
      FrameLevels levels,
      boolean byTelephone) {
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
      AudibleSpeech audible = new AudibleSpeech(levels, speech.get(person), byTelephone);
      for (FrameRange turn : joined(speech, person)) {
        int before = silenceBefore(speech, person, turn.start());
        int after = silenceAfter(speech, person, turn.end());
        double start =
            audible.usable() && before > 0
                ? Activity.start(audible.start(turn, before))
                : Activity.start(turn.start()) - margin(LEAD_SECONDS, before);
        double end =
            audible.usable() && after > 0
                ? Activity.start(audible.end(turn, after))
                : Activity.start(turn.end()) + margin(TAIL_SECONDS, after);
        start = Math.max(0, start);
        end = Math.min(duration, end);
        if (turn.seconds() >= MIN_SECONDS && end > start) {
          turns.add(new SpeakerTurn(start, end, "S" + (person + 1)));
        }
      }
    }
    turns.sort(Comparator.comparingDouble(SpeakerTurn::start).thenComparing(SpeakerTurn::label));
    return turns;
  }

  /// The speech of one person, in order, without overlaps.
  private static List<FrameRange> speechOf(List<Stretch> stretches, int[] speakers, int person) {
    List<FrameRange> all = new ArrayList<>();
    for (int i = 0; i < speakers.length; i++) {
      if (speakers[i] == person) {
        all.addAll(stretches.get(i).speech());
      }
    }
    return FrameRange.union(all);
  }

  private static List<FrameRange> joined(List<List<FrameRange>> speech, int person) {
    List<FrameRange> joined = new ArrayList<>();
    for (FrameRange range : speech.get(person)) {
      if (joined.isEmpty()) {
        joined.add(range);
        continue;
      }
      FrameRange before = joined.getLast();
      FrameRange pause = new FrameRange(/* start= */ before.end(), /* end= */ range.start());
      boolean interrupted = false;
      for (int other = 0; other < speech.size(); other++) {
        interrupted |= other != person && speaks(speech.get(other), pause);
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

  private static double margin(double wanted, int silentFrames) {
    double half = silentFrames * Activity.FRAME_SECONDS / 2;
    return Math.clamp(half, MIN_MARGIN_SECONDS, wanted);
  }

  /// Frames before one in which none but this person speaks.
  private static int silenceBefore(List<List<FrameRange>> speech, int person, int frame) {
    int silence = frame;
    for (int other = 0; other < speech.size(); other++) {
      int at = firstEndingAfter(speech.get(other), frame - 1);
      if (other != person
          && at < speech.get(other).size()
          && speech.get(other).get(at).start() < frame) {
        return 0;
      }
      if (other != person && at > 0) {
        silence = Math.min(silence, frame - speech.get(other).get(at - 1).end());
      }
    }
    return silence;
  }

  /// Frames from one on in which none but this person speaks.
  private static int silenceAfter(List<List<FrameRange>> speech, int person, int frame) {
    int silence = Integer.MAX_VALUE;
    for (int other = 0; other < speech.size(); other++) {
      int at = firstEndingAfter(speech.get(other), frame);
      if (other != person && at < speech.get(other).size()) {
        silence = Math.min(silence, Math.max(0, speech.get(other).get(at).start() - frame));
      }
    }
    return silence;
  }

  /// The index of the first range that ends after a frame.
  private static int firstEndingAfter(List<FrameRange> speech, int frame) {
    int low = 0;
    int high = speech.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (speech.get(middle).end() > frame) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /// Whether somebody speaks during a pause.
  private static boolean speaks(List<FrameRange> speech, FrameRange pause) {
    int at = firstEndingAfter(speech, pause.start());
    return at < speech.size() && speech.get(at).start() < pause.end();
  }
}
