package parley.ffmpeg;

/// Checks whether FFmpeg works by decoding known good files. This decides whether a failed run is
/// the program's fault or the file's.
public interface DecoderHealth {
  /// Assumes that the programs work and blames them for every doubtful failure: for the self-test
  /// itself and for tests.
  DecoderHealth NONE =
      new DecoderHealth() {
        @Override
        public void requireWorking() {}

        @Override
        public boolean passesSelfTest() {
          return false;
        }
      };

  /// Fails immediately while the programs are known not to work.
  void requireWorking() throws DecoderUnavailable;

  /// Runs the self-test now and returns whether it passed.
  boolean passesSelfTest();
}
