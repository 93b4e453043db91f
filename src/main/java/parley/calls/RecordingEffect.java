package parley.calls;

/// What has to follow a change of a recording.
public sealed interface RecordingEffect {
  /// Egress is told to stop.
  record StopEgress(String egress) implements RecordingEffect {}

  /// The file is made a media entry.
  record Collect() implements RecordingEffect {}

  /// What is left to do once there is a media entry: the file removed, the transcript asked for.
  record TidyUp() implements RecordingEffect {}
}
