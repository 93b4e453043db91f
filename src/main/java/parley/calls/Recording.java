package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.jobs.JobId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// One recording of a call. [RecordingTransitions] alone derives its next state.
///
/// @param participant whom it records; null when it records the whole call
/// @param startedBy who started it, and will own its media entry
/// @param file the name of the file that egress writes
/// @param misplaced whether it records although its file does not show where this server looks
/// @param fileLeft whether egress's own file of a completed recording is still to be removed
public record Recording(
    TenantId tenant,
    RecordingId id,
    CallId call,
    @Nullable UserId participant,
    UserId startedBy,
    Instant startedAt,
    RecordingOptions options,
    String file,
    RecordingState state,
    RecordingEnd end,
    boolean misplaced,
    boolean fileLeft,
    Transcription transcript) {

  /// The transcription of a recording.
  ///
  /// @param job which transcribes it; null before that, and when there is none
  /// @param refusal why there is none; null otherwise
  public record Transcription(@Nullable JobId job, @Nullable String refusal) {
    static final Transcription NONE = new Transcription(null, null);
  }

  RecordingRef ref() {
    return new RecordingRef(tenant, call, id);
  }

  /// Whether it is completed and still to be transcribed.
  boolean awaitsTranscript() {
    return options.transcript()
        && state instanceof RecordingState.Completed
        && transcript.equals(Transcription.NONE);
  }
}
