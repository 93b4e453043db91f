package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.jobs.JobId;
import parley.media.MediaId;
import parley.tenants.UserId;

/// A recording as the API shows it.
record RecordingView(
    RecordingId id,
    CallId callId,
    @Nullable UserId participantId,
    String status,
    boolean audio,
    boolean video,
    @Nullable String layout,
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable Integer videoKbps,
    boolean transcript,
    UserId startedBy,
    Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable RecordingEndReason endReason,
    @Nullable MediaId mediaId,
    @Nullable String reason,
    @Nullable String warning,
    @Nullable JobId transcriptJobId,
    @Nullable String transcriptRefusal) {
  static RecordingView of(Recording recording) {
    RecordingSummary summary = RecordingSummary.of(recording);
    RecordingOptions options = recording.options();
    return new RecordingView(
        recording.id(),
        recording.call(),
        recording.participant(),
        summary.status(),
        options.audio(),
        options.video(),
        options.picture().layout(),
        options.picture().width(),
        options.picture().height(),
        options.picture().videoKbps(),
        options.transcript(),
        recording.startedBy(),
        recording.startedAt(),
        recording.end().at(),
        summary.endReason(),
        summary.mediaId(),
        summary.reason(),
        summary.warning(),
        recording.transcript().job(),
        recording.transcript().refusal());
  }
}
