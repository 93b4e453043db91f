package parley.speech.diarisation;

/// One person speaking without a notable pause. Turns of different people may overlap.
///
/// @param start seconds from the start of the recording
/// @param end seconds from the start of the recording, after `start`
/// @param label `S1`, `S2` … in order of first appearance
public record SpeakerTurn(double start, double end, String label) {
  /// The seconds from start to end.
  public double seconds() {
    return end - start;
  }
}
