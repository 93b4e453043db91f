package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.jobs.JobId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// A recording of a call. Only [RecordingTransitions] derives its next state.
///
/// @param participant who is recorded; null for the whole call
/// @param startedBy the user who started it
/// @param file the name of the file that egress writes
/// @param misplaced whether it is recording but its file does not appear where this server looks
/// @param fileLeft whether egress's own file of a completed recording is still to be deleted
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
  /// @param job the transcription job; null before it is queued and if there is none
  /// @param refusal why there is none; null otherwise
  public record Transcription(@Nullable JobId job, @Nullable String refusal) {
    static final Transcription NONE = new Transcription(null, null);
  }

  /// Creates a recording that is still to be requested from egress.
  ///
  /// @param participant who is recorded; null for the whole call
  static Recording requested(
      Call call,
      @Nullable UserId participant,
      UserId startedBy,
      RecordingOptions options,
      Instant now) {
    return new Recording(
        call.tenant(),
        RecordingId.random(),
        call.id(),
        participant,
        startedBy,
        now,
        options,
        RecordingFiles.name(call.id(), participant, now),
        new RecordingState.Requested(now, false),
        RecordingEnd.NONE,
        false,
        false,
        Transcription.NONE);
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
