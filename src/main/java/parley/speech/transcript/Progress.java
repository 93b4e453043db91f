package parley.speech.transcript;

import java.util.List;
import java.util.function.DoubleConsumer;

/// Receives the progress of a transcription and can abort it: an exception that it throws
/// propagates unchanged to the transcription's caller.
///
/// `accept` is called on the transcribing thread after each unit of work, about every ten seconds
/// of audio, with the fraction that is done: 0 to 1, non-decreasing; an estimate that approaches 1
/// if the recording does not announce its duration.
@FunctionalInterface
public interface Progress extends DoubleConsumer {
  /// Ignores progress.
  Progress IGNORED = share -> {};

  /// Receives the next segments of the transcript, which do not change any more. Transcribers that
  /// get the whole transcript at once do not call it.
  ///
  /// @param segments in order, following those of the earlier calls
  default void transcribed(List<Segment> segments) {}
}
