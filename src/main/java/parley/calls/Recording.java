package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.jobs.JobId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// One recording of a call. [RecordingTransitions] alone changes its state.
///
/// @param startedBy who started it, and owns the media that it becomes
/// @param file the name of the file that egress writes
/// @param end how it came to its end
/// @param misplaced whether it records, and its file does not show where this server looks for it
/// @param fileLeft whether that is still to be removed, of a recording that is completed
/// @param transcript how its transcript stands
public record Recording(
    TenantId tenant,
    RecordingId id,
    CallId call,
    UserId startedBy,
    Instant startedAt,
    RecordingWish wish,
    String file,
    RecordingState state,
    RecordingEnd end,
    boolean misplaced,
    boolean fileLeft,
    Transcription transcript) {

  /// How a transcript stands.
  ///
  /// @param job what transcribes it; null before that, or when there is none
  /// @param refusal why there is none; null otherwise
  public record Transcription(@Nullable JobId job, @Nullable String refusal) {
    static final Transcription NONE = new Transcription(null, null);
  }

  /// Whether it is completed and still to be transcribed.
  boolean awaitsTranscript() {
    return wish.transcript()
        && state instanceof RecordingState.Completed
        && transcript.equals(Transcription.NONE);
  }
}
