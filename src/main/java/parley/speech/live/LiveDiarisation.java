package parley.speech.live;

import java.io.IOException;
import java.util.Optional;
import parley.auth.Caller;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speakers.SpeakerRoster;
import parley.speakers.SpeakerRosters;
import parley.speech.DiarisationOptions;
import parley.speech.SpeakerDiarisation;
import parley.speech.engine.LiveEngine;

/// Distinguishes and names the speakers of streams.
///
/// @param voices empty on a node without models of its own
public record LiveDiarisation(Optional<SpeakerDiarisation> voices, SpeakerRosters rosters) {
  /// What a stream asked for, and may have.
  record Request(SpeakerRosters.Plan plan, int maxSpeakers) {}

  /// Reads what a stream asks for; empty if that is not diarisation.
  ///
  /// @throws Problem PERMISSION_DENIED, VALIDATION, SPEAKER_NOT_FOUND, SPEAKER_POLICY_FORBIDS or
  ///   BACKEND_UNAVAILABLE, and whatever [SpeakerRosters#plan] throws
  Optional<Request> request(Caller caller, Control.Open open) {
    Optional<DiarisationOptions> options =
        DiarisationOptions.parse(
            caller, field -> Optional.ofNullable(open.speakerFields().get(field)));
    if (options.isEmpty()) {
      return Optional.empty();
    }
    if (voices.isEmpty()) {
      throw unavailable();
    }
    return Optional.of(
        new Request(rosters.plan(caller, options.get().roster()), options.get().count().max()));
  }

  /// Begins to distinguish the speakers of a stream; the caller closes the result.
  ///
  /// @param stream its id
  StreamSpeakers open(Request request, Caller caller, String stream, LiveEngine queue)
      throws IOException {
    SpeakerDiarisation own = voices.orElseThrow(LiveDiarisation::unavailable);
    SpeakerRoster roster = rosters.open(caller.tenant(), request.plan());
    return new StreamSpeakers(
        new VoiceTracker(own.models().onlineDiarizer(request.maxSpeakers()), queue, own::doubt),
        rosters,
        roster,
        caller.user(),
        stream);
  }

  private static Problem unavailable() {
    return new Problem(
        ProblemCode.BACKEND_UNAVAILABLE, "This server has no models that tell voices apart.");
  }
}
