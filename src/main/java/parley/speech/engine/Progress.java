package parley.speech.engine;

/// Receives the progress of a transcription and can abort it: an exception that it throws
/// propagates unchanged to the transcription's caller.
@FunctionalInterface
public interface Progress {
  /// Ignores progress.
  Progress IGNORED = share -> {};

  /// Called on the transcribing thread after each unit of work, about every ten seconds of audio.
  ///
  /// @param share the fraction of the audio that is done, 0 to 1, non-decreasing; an estimate that
  ///   approaches 1 if the recording does not announce its duration
  void reached(double share);
}
