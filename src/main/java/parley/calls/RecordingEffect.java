package parley.calls;

/// A side effect of a change to a recording.
public sealed interface RecordingEffect {
  /// Tell egress to stop.
  record StopEgress(String egress) implements RecordingEffect {}

  /// Import the file as a media entry.
  record Import() implements RecordingEffect {}

  /// Delete the file and queue the transcription, once there is a media entry.
  record TidyUp() implements RecordingEffect {}
}
