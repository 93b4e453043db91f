package parley.speech.diarisation;

import java.util.List;
import java.util.Locale;

/// Rich Transcription Time Marked, the format in which turns are exchanged and scored (NIST, "The
/// 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan", appendix A).
public final class Rttm {
  private Rttm() {}

  /// A line for each turn.
  ///
  /// @param recording its name; what is no letter, digit, `.`, `-` or `_` becomes `_`, since fields
  ///   end at spaces
  public static String of(String recording, List<SpeakerTurn> turns) {
    StringBuilder lines = new StringBuilder();
    for (SpeakerTurn turn : turns) {
      lines
          .append("SPEAKER ")
          .append(field(recording))
          .append(String.format(Locale.ROOT, " 1 %.3f %.3f", turn.start(), turn.seconds()))
          .append(" <NA> <NA> ")
          .append(field(turn.label()))
          .append(" <NA> <NA>\n");
    }
    return lines.toString();
  }

  private static String field(String text) {
    String field = text.replaceAll("[^\\p{L}\\p{N}._-]", "_");
    return field.isEmpty() ? "_" : field;
  }
}
