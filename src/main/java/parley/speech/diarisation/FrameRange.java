package parley.speech.diarisation;

/// Frames of [Activity] from `start` up to, not including, `end`.
record FrameRange(int start, int end) {
  int frames() {
    return end - start;
  }

  double seconds() {
    return frames() * Activity.FRAME_SECONDS;
  }
}
