package parley.speech.subtitles;

import java.util.ArrayList;
import java.util.List;

/// Decides how long cues are shown: from the first word to the last, and longer where people would
/// not have read them by then.
final class CueTimes {
  /// Shorter cues flicker, longer ones are read twice (Netflix, "Timed Text Style Guide: General
  /// Requirements", section "Duration").
  static final double MIN_SECONDS = 1;

  static final double MAX_SECONDS = 7;

  /// Adults' reading speed (the same, for English: 20 characters a second).
  static final double MAX_COLUMNS_PER_SECOND = 20;

  /// How long a cue may stay, in seconds, although the next one is due, where people speak faster
  /// than others read. The next pause makes up for it.
  private static final double MAX_LAG = 1.5;

  private CueTimes() {}

  static List<Cue> of(List<Utterance> utterances, int maxWidth, double duration) {
    List<Cue> cues = new ArrayList<>();
    long free = 0;
    for (int i = 0; i < utterances.size(); i++) {
      Utterance utterance = utterances.get(i);
      boolean last = i + 1 == utterances.size();
      double latest =
          last ? duration : Math.max(utterances.get(i + 1).start(), utterance.end() + MAX_LAG);
      double start = Math.max(free / 1000.0, utterance.start());
      double readable =
          Math.max(MIN_SECONDS, LineBreaker.width(utterance.shown()) / MAX_COLUMNS_PER_SECOND);
      double end =
          Math.min(
              start + MAX_SECONDS, Math.max(utterance.end(), Math.min(latest, start + readable)));
      long from = Math.round(start * 1000);
      long until = Math.max(from + 1, Math.round(end * 1000));
      cues.add(
          new Cue(
              from,
              until,
              LineBreaker.breakIntoLines(utterance.shown(), maxWidth),
              utterance.speaker()));
      free = until;
    }
    return cues;
  }
}
