package parley.speech.diarisation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Cuts the tracks of a section into stretches.
final class StretchCutter {
  /// Hysteresis: speech starts above the upper threshold and ends below the lower one.
  private static final float ON = 0.55f;

  private static final float OFF = 0.45f;

  /// Shorter pauses do not interrupt speech.
  private static final int BRIDGED = Activity.frames(0.15);

  /// Speech with shorter pauses, in which nobody else speaks, is embedded together.
  private static final int MAX_PAUSE = Activity.frames(0.5);

  private StretchCutter() {}

  /// The stretches of up to four seconds, as [#cut(Section, double)].
  static List<Stretch> cut(Section section) {
    return cut(section, 4);
  }

  /// The stretches in order of their start.
  ///
  /// @param maxSeconds of a stretch: in shorter ones, a change of speaker which the segmentation
  ///   overlooked does less harm; longer ones are embedded better
  static List<Stretch> cut(Section section, double maxSeconds) {
    int maxFrames = Activity.frames(maxSeconds);
    int tracks = section.tracks().size();
    boolean[][] active = new boolean[tracks][];
    for (int track = 0; track < tracks; track++) {
      active[track] = hysteresis(section.tracks().get(track).activity());
    }
    List<Stretch> stretches = new ArrayList<>();
    for (int track = 0; track < tracks; track++) {
      int number = section.tracks().get(track).number();
      for (List<FrameRange> speech :
          together(pieces(active[track], maxFrames), active, maxFrames)) {
        List<FrameRange> alone = new ArrayList<>();
        for (FrameRange piece : speech) {
          alone.addAll(alone(piece, track, active));
        }
        stretches.add(
            new Stretch(number, shifted(speech, section.start()), shifted(alone, section.start())));
      }
    }
    stretches.sort(Comparator.comparingInt(Stretch::start));
    return stretches;
  }

  static boolean[] hysteresis(float[] activity) {
    boolean[] active = new boolean[activity.length];
    int from = 0;
    while (from < activity.length) {
      int until = from;
      float highest = 0;
      while (until < activity.length && activity[until] > OFF) {
        highest = Math.max(highest, activity[until++]);
      }
      if (highest > ON) {
        java.util.Arrays.fill(active, from, until, true);
      }
      from = until + 1;
    }
    return active;
  }

  /// Runs of activity, brief pauses bridged, long ones cut evenly.
  private static List<FrameRange> pieces(boolean[] active, int maxFrames) {
    List<FrameRange> bridged = new ArrayList<>();
    for (FrameRange run : runs(active, 0, active.length)) {
      if (!bridged.isEmpty() && run.start() - bridged.getLast().end() < BRIDGED) {
        bridged.add(new FrameRange(bridged.removeLast().start(), run.end()));
      } else {
        bridged.add(run);
      }
    }
    List<FrameRange> pieces = new ArrayList<>();
    for (FrameRange run : bridged) {
      int parts = Math.ceilDiv(run.frames(), maxFrames);
      for (int part = 0; part < parts; part++) {
        pieces.add(
            new FrameRange(
                run.start() + run.frames() * part / parts,
                run.start() + run.frames() * (part + 1) / parts));
      }
    }
    return pieces;
  }

  private static List<List<FrameRange>> together(
      List<FrameRange> pieces, boolean[][] active, int maxFrames) {
    List<List<FrameRange>> all = new ArrayList<>();
    List<FrameRange> current = new ArrayList<>();
    int frames = 0;
    for (FrameRange piece : pieces) {
      if (!current.isEmpty()
          && (piece.start() - current.getLast().end() > MAX_PAUSE
              || frames + piece.frames() > maxFrames
              || anybody(active, current.getLast().end(), piece.start()))) {
        all.add(current);
        current = new ArrayList<>();
        frames = 0;
      }
      current.add(piece);
      frames += piece.frames();
    }
    if (!current.isEmpty()) {
      all.add(current);
    }
    return all;
  }

  private static boolean anybody(boolean[][] active, int from, int until) {
    for (boolean[] track : active) {
      for (int frame = from; frame < until; frame++) {
        if (track[frame]) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<FrameRange> alone(FrameRange piece, int track, boolean[][] active) {
    boolean[] alone = new boolean[piece.end()];
    for (int frame = piece.start(); frame < piece.end(); frame++) {
      alone[frame] = true;
      for (int other = 0; other < active.length; other++) {
        alone[frame] &= other == track || !active[other][frame];
      }
    }
    return runs(alone, piece.start(), piece.end());
  }

  private static List<FrameRange> runs(boolean[] active, int from, int until) {
    List<FrameRange> runs = new ArrayList<>();
    int start = -1;
    for (int frame = from; frame <= until; frame++) {
      boolean on = frame < until && active[frame];
      if (on && start < 0) {
        start = frame;
      } else if (!on && start >= 0) {
        runs.add(new FrameRange(start, frame));
        start = -1;
      }
    }
    return runs;
  }

  private static List<FrameRange> shifted(List<FrameRange> ranges, int by) {
    return ranges.stream()
        .map(range -> new FrameRange(range.start() + by, range.end() + by))
        .toList();
  }
}
