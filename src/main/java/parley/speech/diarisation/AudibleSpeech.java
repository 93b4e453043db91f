package parley.speech.diarisation;

import java.util.List;

/// Extends the speech that the segmentation is sure of to what can be heard of it: the soft sounds
/// and breaths before and after, down to a level relative to the speaker's own.
final class AudibleSpeech {
  /// Sounds are part of the speech down to so much below the speaker's mean level, in decibels.
  private static final double BELOW_SPEAKER = 24;

  /// The same over a telephone, which loses most of the energy of soft sounds.
  private static final double BELOW_SPEAKER_BY_TELEPHONE = 36;

  /// What is not louder than the noise floor by so much is noise, in decibels.
  private static final double ABOVE_FLOOR = 6;

  /// If not even so much remains between the threshold and the speaker's mean level, the recording
  /// is too noisy to tell.
  private static final double MIN_RANGE = 10;

  /// How far before and after the recognised speech to search.
  private static final int REACH = Activity.frames(0.5);

  private static final int REACH_BY_TELEPHONE = Activity.frames(0.4);

  /// How much of the recognised speech may be cut off for being inaudible.
  private static final int CUT = Activity.frames(0.15);

  /// A longer silence separates a sound from the speech.
  private static final int MAX_SILENCE = Activity.frames(0.15);

  private final FrameLevels levels;
  private final int reach;
  private final double threshold;
  private final boolean usable;

  /// @param speech of one person, in order
  AudibleSpeech(FrameLevels levels, List<FrameRange> speech, boolean byTelephone) {
    this.levels = levels;
    this.reach = byTelephone ? REACH_BY_TELEPHONE : REACH;
    double mean = levels.mean(speech);
    double below = byTelephone ? BELOW_SPEAKER_BY_TELEPHONE : BELOW_SPEAKER;
    this.threshold = Math.max(mean - below, levels.noiseFloor() + ABOVE_FLOOR);
    this.usable = levels.frames() > 0 && threshold <= mean - MIN_RANGE;
  }

  /// Whether there is little enough noise to go by the level.
  boolean usable() {
    return usable;
  }

  /// The first frame in which the speaker can be heard.
  ///
  /// @param turn the recognised speech
  /// @param free frames before it in which nobody else speaks
  int start(FrameRange turn, int free) {
    int earliest = turn.start() - Math.min(reach, turn.start());
    if (free < reach) {
      // What sounds in between belongs to both; it is divided where it is quietest.
      earliest = Math.max(earliest, quietest(turn.start() - free, turn.start()));
    }
    int latest = Math.min(Math.min(turn.start() + CUT, turn.end()), levels.frames() - 1);
    int start = latest;
    int silence = 0;
    for (int frame = latest; frame >= earliest; frame--) {
      if (levels.level(frame) > threshold) {
        start = frame;
        silence = 0;
      } else if (++silence > MAX_SILENCE && frame < turn.start()) {
        break;
      }
    }
    return start;
  }

  /// The frame after the last one in which the speaker can be heard.
  ///
  /// @param turn the recognised speech
  /// @param free frames after it in which nobody else speaks
  int end(FrameRange turn, int free) {
    int latest = Math.min(turn.end() + reach, levels.frames());
    if (free < reach) {
      latest = Math.min(latest, quietest(turn.end(), turn.end() + free));
    }
    int earliest = Math.max(turn.end() - CUT, turn.start());
    int end = earliest;
    int silence = 0;
    for (int frame = earliest; frame < latest; frame++) {
      if (levels.level(frame) > threshold) {
        end = frame + 1;
        silence = 0;
      } else if (++silence > MAX_SILENCE && frame > turn.end()) {
        break;
      }
    }
    return end;
  }

  /// The quietest frame of a range, or its end when it is empty.
  private int quietest(int from, int until) {
    int quietest = until;
    for (int frame = Math.max(0, from); frame < Math.min(until, levels.frames()); frame++) {
      if (quietest == until || levels.level(frame) < levels.level(quietest)) {
        quietest = frame;
      }
    }
    return quietest;
  }
}
