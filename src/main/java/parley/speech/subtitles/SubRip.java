package parley.speech.subtitles;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Cues as SubRip subtitles (`.srt`): numbered entries; an empty file if there are none.
public final class SubRip {
  /// What players take for the start of a tag; the format has no way to escape it.
  private static final Pattern TAG = Pattern.compile("<(?=[A-Za-z/])");

  private SubRip() {}

  public static String of(List<Cue> cues) {
    StringBuilder file = new StringBuilder();
    int number = 1;
    for (Cue cue : cues) {
      file.append(number++)
          .append('\n')
          .append(Timestamp.of(cue.startMillis(), ','))
          .append(" --> ")
          .append(Timestamp.of(cue.endMillis(), ','))
          .append('\n')
          .append(cue.lines().stream().map(SubRip::harmless).collect(Collectors.joining("\n")))
          .append("\n\n");
    }
    return file.toString();
  }

  /// An invisible word joiner keeps arrows and tags from being recognised.
  private static String harmless(String line) {
    return TAG.matcher(line.replace("-->", "--\u2060>")).replaceAll("<\u2060");
  }
}
