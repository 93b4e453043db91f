package parley.speech.diarisation;

/// The time grid of the segmentation: one every 270 samples, the first centred on sample 495 (half
/// of the 991 that the network sees at once).
final class Activity {
  /// Voices that the network distinguishes in one window.
  static final int VOICES = 3;

  static final int FRAME = 270;
  static final double FRAME_SECONDS = FRAME / 16_000.0;
  private static final double FIRST_CENTRE = 991 / 2.0 / 16_000;

  private Activity() {}

  /// Where a frame begins: half a step before its centre. In seconds.
  static double start(int frame) {
    return FIRST_CENTRE + (frame - 0.5) * FRAME_SECONDS;
  }

  /// The first sample of a frame, not below 0.
  static int sample(int frame) {
    return Math.max(0, (int) Math.round(start(frame) * 16_000));
  }

  /// The number of frames that span so many seconds, rounded.
  static int frames(double seconds) {
    return (int) Math.round(seconds / FRAME_SECONDS);
  }
}
