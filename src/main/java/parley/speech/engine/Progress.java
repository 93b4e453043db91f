package parley.speech.engine;

/// Hears how far a transcription has come, and may stop it: what it throws comes out of the
/// transcription unchanged.
@FunctionalInterface
public interface Progress {
  /// Nobody listens.
  Progress IGNORED = share -> {};

  /// Called on the transcribing thread after each piece of work, about every ten seconds of audio.
  ///
  /// @param share of the audio that is done, 0 to 1, never going back; when the recording does not
  ///   say how long it is, the share is an estimate that approaches 1
  void reached(double share);
}
