package parley.calls;

/// What has to follow a change of a recording.
public sealed interface RecordingEffect {
  /// Tell egress to stop.
  record StopEgress(String egress) implements RecordingEffect {}

  /// Make the file a media entry.
  record Collect() implements RecordingEffect {}

  /// Remove the file and queue the transcription, once there is a media entry.
  record TidyUp() implements RecordingEffect {}
}
