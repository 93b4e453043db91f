package parley.speech.decoding;

/// Receives decoded audio.
@FunctionalInterface
public interface SampleSink {
  /// Receives the next samples. May block, which pauses decoding.
  ///
  /// @param samples mono, −1 to 1, at [AudioDecoder#SAMPLE_RATE]; the array is reused after the
  ///   call
  /// @param count number of valid samples
  void take(float[] samples, int count);
}
