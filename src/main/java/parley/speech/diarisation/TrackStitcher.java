package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Follows people through overlapping windows, in each of which the segmentation numbers them anew:
/// the voices of two windows that speak at the same time in the part that both see are one. Hands
/// on the mean of what the windows say, weighted so that the middle of a window counts most.
final class TrackStitcher {
  /// How much the activity of two voices must have in common (Dice's coefficient).
  private static final double SAME = 0.4;

  /// Frames (five, that is a twelfth of a second) of common activity below which it proves little.
  private static final double ENOUGH_FRAMES = 5;

  /// A voice that never exceeds this probability in its window is ignored.
  private static final float HEARD = 0.5f;

  /// Nobody speaks where all tracks are below this.
  private static final float QUIET = 0.4f;

  /// Frames of quiet between sections: a bit more than the half second that a stretch of speech may
  /// be interrupted.
  private static final int QUIET_FRAMES = Activity.frames(0.5) + 1;

  /// A section is cut somewhere when it gets longer: half a minute.
  private static final int MAX_FRAMES = Activity.frames(30);

  private static final int FRAMES = SpeakerSegmentation.FRAMES;
  private static final float[] WEIGHTS = hamming();

  private final List<Sums> tracks = new ArrayList<>();
  private float[] weights = new float[2 * FRAMES];

  /// The frame that the first element of the sums is for.
  private int base;

  private int tracksSeen;
  private int lastStart = -1;
  private float[][] lastWindow = new float[0][];
  private Sums[] lastTracks = new Sums[Activity.VOICES];

  /// Takes the next window; what lies before it is settled then.
  ///
  /// @param start its first frame, after that of the window before
  /// @return sections that are complete
  List<Section> add(int start, float[][] window) {
    List<Section> sections = settled(start, false);
    Sums[] now = new Sums[Activity.VOICES];
    if (lastStart >= 0 && start - lastStart < FRAMES) {
      link(start - lastStart, window, now);
    }
    reserve(start + FRAMES);
    for (int voice = 0; voice < Activity.VOICES; voice++) {
      if (now[voice] == null && heard(window, voice)) {
        now[voice] = new Sums(tracksSeen++, weights.length);
        tracks.add(now[voice]);
      }
      if (now[voice] != null) {
        now[voice].end = start + FRAMES;
      }
    }
    for (int frame = 0; frame < FRAMES; frame++) {
      int at = start - base + frame;
      weights[at] += WEIGHTS[frame];
      for (int voice = 0; voice < Activity.VOICES; voice++) {
        if (now[voice] != null) {
          now[voice].activity[at] += WEIGHTS[frame] * window[frame][voice];
        }
      }
    }
    lastStart = start;
    lastWindow = window;
    lastTracks = now;
    return sections;
  }

  /// The rest, up to a frame.
  List<Section> finish(int end) {
    return settled(Math.min(end, lastStart < 0 ? end : lastStart + FRAMES), true);
  }

  /// The first frame that no section has had yet.
  int base() {
    return base;
  }

  private void link(int shift, float[][] window, Sums[] now) {
    double[][] common = new double[Activity.VOICES][Activity.VOICES];
    double[] before = new double[Activity.VOICES];
    double[] after = new double[Activity.VOICES];
    for (int frame = 0; frame < FRAMES - shift; frame++) {
      for (int old = 0; old < Activity.VOICES; old++) {
        before[old] += lastWindow[frame + shift][old];
        after[old] += window[frame][old];
        for (int voice = 0; voice < Activity.VOICES; voice++) {
          common[old][voice] += lastWindow[frame + shift][old] * window[frame][voice];
        }
      }
    }
    int[] partner = Matching.best(common);
    for (int old = 0; old < Activity.VOICES; old++) {
      int voice = partner[old];
      double shared = common[old][voice];
      double dice = 2 * shared / (before[old] + after[voice] + 1e-6);
      if (dice * Math.min(1, shared / ENOUGH_FRAMES) > SAME) {
        now[voice] = lastTracks[old];
      }
    }
  }

  private static boolean heard(float[][] window, int voice) {
    for (float[] frame : window) {
      if (frame[voice] > HEARD) {
        return true;
      }
    }
    return false;
  }

  private List<Section> settled(int until, boolean all) {
    List<Section> sections = new ArrayList<>();
    int cut = all ? until - base : lastQuiet(until - base);
    if (cut == 0 && until - base > MAX_FRAMES) {
      cut = quietest(until - base - FRAMES / 2, until - base);
    }
    if (cut > 0) {
      sections.add(take(cut));
    }
    return sections;
  }

  /// The middle of the last quiet before `until`, or 0.
  private int lastQuiet(int until) {
    int quiet = 0;
    for (int frame = until - 1; frame >= 0; frame--) {
      if (loudest(frame) > QUIET) {
        quiet = 0;
      } else if (++quiet == QUIET_FRAMES) {
        return frame + QUIET_FRAMES / 2;
      }
    }
    return 0;
  }

  private int quietest(int from, int until) {
    int quietest = from;
    for (int frame = from; frame < until; frame++) {
      if (loudest(frame) < loudest(quietest)) {
        quietest = frame;
      }
    }
    return quietest;
  }

  private float loudest(int frame) {
    float loudest = 0;
    for (Sums track : tracks) {
      loudest = Math.max(loudest, track.activity[frame]);
    }
    return weights[frame] > 0 ? loudest / weights[frame] : 0;
  }

  private Section take(int frames) {
    List<Section.Track> taken = new ArrayList<>();
    for (Sums track : tracks) {
      float[] activity = new float[frames];
      float loudest = 0;
      for (int i = 0; i < frames; i++) {
        activity[i] = weights[i] > 0 ? track.activity[i] / weights[i] : 0;
        loudest = Math.max(loudest, activity[i]);
      }
      if (loudest > QUIET) {
        taken.add(new Section.Track(track.number, activity));
      }
      track.activity = shifted(track.activity, frames);
    }
    Section section = new Section(base, taken);
    weights = shifted(weights, frames);
    base += frames;
    tracks.removeIf(track -> track.end <= base);
    return section;
  }

  private static float[] shifted(float[] numbers, int by) {
    float[] shifted = new float[numbers.length];
    System.arraycopy(numbers, by, shifted, 0, numbers.length - by);
    return shifted;
  }

  private void reserve(int end) {
    int needed = end - base;
    if (needed > weights.length) {
      int length = Math.max(needed, 2 * weights.length);
      weights = Arrays.copyOf(weights, length);
      for (Sums track : tracks) {
        track.activity = Arrays.copyOf(track.activity, length);
      }
    }
  }

  private static float[] hamming() {
    float[] weights = new float[FRAMES];
    for (int i = 0; i < FRAMES; i++) {
      weights[i] = (float) (0.54 - 0.46 * Math.cos(2 * Math.PI * i / (FRAMES - 1)));
    }
    return weights;
  }

  private static final class Sums {
    final int number;
    float[] activity;

    /// The end of the last window that it is in.
    int end;

    Sums(int number, int length) {
      this.number = number;
      this.activity = new float[length];
    }
  }
}
