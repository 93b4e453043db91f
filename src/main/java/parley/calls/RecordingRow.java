package parley.calls;

import java.time.Instant;
import org.jdbi.v3.core.result.RowView;
import parley.jobs.JobId;
import parley.media.MediaId;
import parley.tenants.TenantId;
import parley.tenants.UserId;
import parley.tenants.VideoOptions;

/// Reads rows of the table `call_recordings`.
final class RecordingRow {
  private RecordingRow() {}

  static Recording recording(RowView row) {
    return new Recording(
        row.getColumn("tenant_id", TenantId.class),
        row.getColumn("id", RecordingId.class),
        row.getColumn("call_id", CallId.class),
        row.getColumn("participant_id", UserId.class),
        row.getColumn("started_by", UserId.class),
        row.getColumn("started_at", Instant.class),
        options(row),
        row.getColumn("file", String.class),
        state(row),
        new RecordingEnd(
            row.getColumn("ended_at", Instant.class),
            row.getColumn("end_reason", RecordingEndReason.class)),
        row.getColumn("misplaced", Boolean.class),
        row.getColumn("file_left", Boolean.class),
        new Recording.Transcription(
            row.getColumn("transcript_job", JobId.class),
            row.getColumn("transcript_refusal", String.class)));
  }

  private static RecordingOptions options(RowView row) {
    return new RecordingOptions(
        row.getColumn("audio", Boolean.class),
        row.getColumn("video", Boolean.class),
        new VideoOptions(
            row.getColumn("layout", String.class),
            row.getColumn("width", Integer.class),
            row.getColumn("height", Integer.class),
            row.getColumn("video_kbps", Integer.class)),
        row.getColumn("transcript", Boolean.class));
  }

  private static RecordingState state(RowView row) {
    String status = row.getColumn("status", String.class);
    Instant since = row.getColumn("since", Instant.class);
    String egress = row.getColumn("egress_id", String.class);
    boolean active = row.getColumn("active", Boolean.class);
    Instant seen = row.getColumn("seen_at", Instant.class);
    String reason = row.getColumn("reason", String.class);
    return switch (status) {
      case "requested" ->
          new RecordingState.Requested(since, row.getColumn("stop_wanted", Boolean.class));
      case "running" -> new RecordingState.Running(since, egress, active, seen);
      case "stopping" -> new RecordingState.Stopping(since, egress, active, seen);
      case "finishing" -> new RecordingState.Finishing(since, egress);
      case "collecting" -> new RecordingState.Importing(since, reason);
      case "completed" ->
          new RecordingState.Completed(since, row.getColumn("media_id", MediaId.class));
      case "failed" ->
          new RecordingState.Failed(since, reason, row.getColumn("awaits_file", Boolean.class));
      default -> throw new IllegalStateException("no such status: " + status);
    };
  }
}
