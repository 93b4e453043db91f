package parley.ffmpeg;

/// Knows whether FFmpeg's programs work, by having them decode what is known to be whole. It is the
/// judge where a run ended in a way that may be the program's fault or the file's.
public interface DecoderHealth {
  /// Believes in the programs until they fail, and has no second opinion: for the self-test itself
  /// and for tests.
  DecoderHealth NONE =
      new DecoderHealth() {
        @Override
        public void requireWorking() {}

        @Override
        public boolean passesSelfTest() {
          return false;
        }
      };

  /// Refuses work at once while the programs are known not to work.
  void requireWorking() throws DecoderUnavailable;

  /// Tests the programs now.
  ///
  /// @return whether they work
  boolean passesSelfTest();
}
