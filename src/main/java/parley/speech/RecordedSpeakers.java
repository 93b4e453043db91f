package parley.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.speakers.SpeakerId;
import parley.speech.diarisation.SpeakerTurn;

/// Who speaks when in a recording, as it is stored with the job's result. Names of enrolled
/// speakers are not stored but looked up whenever the result is read, since a speaker may be erased
/// or renamed.
///
/// @param anonymous whether a voice without a name may be shown with its label
/// @param voices in order of first appearance
/// @param turns in order of their start; may overlap
record RecordedSpeakers(boolean anonymous, List<Voice> voices, List<SpeakerTurn> turns) {
  RecordedSpeakers {
    voices = List.copyOf(voices);
    turns = List.copyOf(turns);
  }

  /// One voice.
  ///
  /// @param label as in the turns
  /// @param match who it is; null for somebody unknown
  /// @param closest the most similar enrolled speaker, if not similar enough
  /// @param talkSeconds the sum of its turns
  record Voice(
      String label,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Match match,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Match closest,
      double talkSeconds) {}

  /// A person that a voice was compared with: an enrolled speaker, or one whom the request named
  /// itself.
  ///
  /// @param speaker the id of an enrolled speaker; null for somebody of the request
  /// @param name of somebody of the request; null for an enrolled speaker
  /// @param score the similarity, 0 to 1
  /// @param threshold the score from which it is taken for the same person
  record Match(
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String speaker,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String name,
      double score,
      double threshold) {
    Optional<SpeakerId> id() {
      return Optional.ofNullable(speaker).flatMap(SpeakerId::parse);
    }
  }

  /// Every enrolled speaker that is mentioned.
  Set<SpeakerId> mentioned() {
    Set<SpeakerId> mentioned = new HashSet<>();
    for (Voice voice : voices) {
      if (voice.match() != null) {
        voice.match().id().ifPresent(mentioned::add);
      }
      if (voice.closest() != null) {
        voice.closest().id().ifPresent(mentioned::add);
      }
    }
    return mentioned;
  }
}
