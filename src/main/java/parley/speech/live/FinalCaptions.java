package parley.speech.live;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.speech.SpeakerTag;
import parley.speech.transcript.Segment;

/// The final captions of one piece.
///
/// @param recognised labels that turned out to be enrolled speakers, told before the captions
/// @param captions in order
record FinalCaptions(List<LiveFrame.Speaker> recognised, List<Caption> captions) {
  /// @param speaker null where speakers are not distinguished, or may not be
  record Caption(Segment segment, @Nullable SpeakerTag speaker) {}

  FinalCaptions {
    recognised = List.copyOf(recognised);
    captions = List.copyOf(captions);
  }

  /// Captions of nobody in particular.
  static FinalCaptions of(List<Segment> segments) {
    return new FinalCaptions(
        List.of(), segments.stream().map(segment -> new Caption(segment, null)).toList());
  }
}
