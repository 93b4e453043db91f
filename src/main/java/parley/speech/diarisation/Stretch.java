package parley.speech.diarisation;

import java.util.List;

/// A few seconds of one track: what is embedded at once and gets one speaker.
///
/// @param track its number
/// @param speech in order of time, not empty
/// @param alone the part of it in which nobody else speaks; may be empty
record Stretch(int track, List<FrameRange> speech, List<FrameRange> alone) {
  Stretch {
    speech = List.copyOf(speech);
    alone = List.copyOf(alone);
  }

  int start() {
    return speech.getFirst().start();
  }

  int end() {
    return speech.getLast().end();
  }

  double secondsAlone() {
    return alone.stream().mapToDouble(FrameRange::seconds).sum();
  }
}
