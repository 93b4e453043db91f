package parley.speech.engine;

/// Hears how far a transcription has come, and may stop it.
@FunctionalInterface
public interface Progress {
  /// Nobody listens.
  Progress IGNORED = share -> {};

  /// Called on the transcribing thread after each piece of work, about every ten seconds of audio.
  ///
  /// @param share of the audio that is done, 0 to 1, never going back; when the recording does not
  ///   say how long it is, the share is a guess that approaches 1
  /// @throws Cancelled to stop the transcription, which then throws the same
  void reached(double share);
}
