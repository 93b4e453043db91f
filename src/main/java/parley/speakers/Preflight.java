package parley.speakers;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The measurements of an enrolment, each beside its limit. JSON of the API.
///
/// @param reference all reference recordings together: their speech and length added up, else the
///   worst of each
/// @param references each by itself; null when there is only one
/// @param consent null where no consent recording is asked for
/// @param sameVoice the lowest similarity between the recordings, 0 to 1; null when one of them has
///   too little speech, or there is only one
/// @param consentTextMatch which share of the consent text is heard in the consent recording; null
///   when nothing here can transcribe it
/// @param failReasons empty when they are good enough
public record Preflight(
    @Nullable Recording reference,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Recording> references,
    @Nullable Recording consent,
    @Nullable Double sameVoice,
    @Nullable Double consentTextMatch,
    List<String> failReasons,
    Limits limits) {
  /// One recording.
  ///
  /// @param failReasons of this one alone
  public record Recording(
      double speechSeconds,
      double durationSeconds,
      @Nullable Double snrDb,
      double peakDbfs,
      double clippedRatio,
      int voices,
      RecordingLimits limits,
      List<String> failReasons) {}

  /// The limits of one recording.
  public record RecordingLimits(
      double minSpeechSeconds,
      double maxDurationSeconds,
      double minSpeechRatio,
      double maxClippedRatio,
      double minSnrDb,
      int maxVoices) {}

  /// The limits across recordings.
  ///
  /// @param minConsentTextMatch null where the policy only records the match
  public record Limits(double minSameVoice, @Nullable Double minConsentTextMatch) {}

  /// Whether it was refused.
  public boolean failed() {
    return !failReasons.isEmpty();
  }
}
