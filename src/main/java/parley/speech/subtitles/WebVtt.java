package parley.speech.subtitles;

import java.util.List;
import java.util.stream.Collectors;

/// Cues as captions for the web (W3C WebVTT), with a voice tag for those whose speaker is known.
public final class WebVtt {
  private WebVtt() {}

  public static String of(List<Cue> cues) {
    StringBuilder file = new StringBuilder("WEBVTT\n");
    for (Cue cue : cues) {
      file.append('\n')
          .append(Timestamp.of(cue.startMillis(), '.'))
          .append(" --> ")
          .append(Timestamp.of(cue.endMillis(), '.'))
          .append('\n');
      if (cue.speaker() != null) {
        file.append("<v ").append(escaped(cue.speaker())).append('>');
      }
      file.append(cue.lines().stream().map(WebVtt::escaped).collect(Collectors.joining("\n")))
          .append('\n');
    }
    return file.toString();
  }

  /// The characters of an arrow, which may not occur in a cue, are escaped too.
  private static String escaped(String line) {
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
