package parley.speech.decoding;

/// Takes sound as it is decoded.
@FunctionalInterface
public interface SampleSink {
  /// Takes the next samples, and may take its time: the decoding waits.
  ///
  /// @param samples mono, −1 to 1, at [AudioDecoder#SAMPLE_RATE]; reused after the call
  /// @param count how many of them count
  void take(float[] samples, int count);
}
