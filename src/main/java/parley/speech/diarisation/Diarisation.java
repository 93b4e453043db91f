package parley.speech.diarisation;

import java.util.List;

/// Who speaks when in one recording.
///
/// @param turns in order of their start; may overlap
/// @param speakers in order of their first appearance
public record Diarisation(List<SpeakerTurn> turns, List<DiarisedSpeaker> speakers) {
  /// Of a recording in which nobody speaks.
  public static final Diarisation NOBODY = new Diarisation(List.of(), List.of());

  public Diarisation {
    turns = List.copyOf(turns);
    speakers = List.copyOf(speakers);
  }
}
