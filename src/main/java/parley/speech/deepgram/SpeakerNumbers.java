package parley.speech.deepgram;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.speech.SpeakerTag;

/// Numbers speakers from 0, in order of first appearance.
final class SpeakerNumbers {
  private final Map<String, Integer> numbers = new HashMap<>();

  /// The number of a speaker; null where the speaker is not known.
  @Nullable Integer of(@Nullable SpeakerTag speaker) {
    return speaker == null ? null : numbers.computeIfAbsent(key(speaker), unseen -> numbers.size());
  }

  /// Gives somebody who turned out to be known the number of their label.
  void rename(String label, SpeakerTag known) {
    Integer number = numbers.get(label);
    if (number != null) {
      numbers.putIfAbsent(key(known), number);
    }
  }

  private static String key(SpeakerTag speaker) {
    return speaker.id() == null ? speaker.name() : speaker.id();
  }
}
