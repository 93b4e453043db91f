package parley.speech.subtitles;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Text that is shown for a while.
///
/// @param startMillis from the start of the recording
/// @param endMillis after `startMillis`, since players drop a cue that lasts no time
/// @param lines from top to bottom, without line breaks
/// @param speaker who says it; null where that is not known
public record Cue(long startMillis, long endMillis, List<String> lines, @Nullable String speaker) {
  public Cue {
    lines = List.copyOf(lines);
  }
}
