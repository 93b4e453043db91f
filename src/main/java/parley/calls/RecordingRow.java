package parley.calls;

import java.time.Instant;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;
import parley.calls.RecordingState.Collecting;
import parley.calls.RecordingState.Completed;
import parley.calls.RecordingState.Failed;
import parley.calls.RecordingState.Finishing;
import parley.calls.RecordingState.Requested;
import parley.calls.RecordingState.Running;
import parley.calls.RecordingState.Stopping;
import parley.calls.RecordingTable.Ref;
import parley.jobs.JobId;
import parley.media.MediaId;
import parley.tenants.TenantId;
import parley.tenants.UserId;
import parley.tenants.VideoOptions;

/// How a recording stands in a row of the table `call_recordings`.
final class RecordingRow {
  private RecordingRow() {}

  /// LiveKit's name for the recording, as long as egress is at it.
  static @Nullable String egress(RecordingState state) {
    return switch (state) {
      case Running running -> running.egress();
      case Stopping stopping -> stopping.egress();
      case Finishing finishing -> finishing.egress();
      case Requested requested -> null;
      case Collecting collecting -> null;
      case Completed completed -> null;
      case Failed failed -> null;
    };
  }

  /// Whether egress said that it records.
  static boolean isActive(RecordingState state) {
    return (state instanceof Running running && running.active())
        || (state instanceof Stopping stopping && stopping.active());
  }

  /// Why there may be no file of it, or is none.
  static @Nullable String reason(RecordingState state) {
    return switch (state) {
      case Collecting collecting -> collecting.doubt();
      case Failed failed -> failed.reason();
      case Requested requested -> null;
      case Running running -> null;
      case Stopping stopping -> null;
      case Finishing finishing -> null;
      case Completed completed -> null;
    };
  }

  static @Nullable MediaId media(RecordingState state) {
    return state instanceof Completed completed ? completed.media() : null;
  }

  static Recording recording(RowView row) {
    Ref ref = ref(row);
    return new Recording(
        ref.tenant(),
        ref.id(),
        ref.call(),
        row.getColumn("started_by", UserId.class),
        row.getColumn("started_at", Instant.class),
        new RecordingWish(
            row.getColumn("audio", Boolean.class),
            row.getColumn("video", Boolean.class),
            new VideoOptions(
                row.getColumn("layout", String.class),
                row.getColumn("width", Integer.class),
                row.getColumn("height", Integer.class),
                row.getColumn("video_kbps", Integer.class)),
            row.getColumn("transcript", Boolean.class)),
        row.getColumn("file", String.class),
        state(row),
        end(row),
        row.getColumn("misplaced", Boolean.class),
        row.getColumn("file_left", Boolean.class),
        new Recording.Transcription(
            row.getColumn("transcript_job", JobId.class),
            row.getColumn("transcript_refusal", String.class)));
  }

  private static RecordingEnd end(RowView row) {
    String cause = row.getColumn("end_reason", String.class);
    return new RecordingEnd(
        row.getColumn("ended_at", Instant.class), cause == null ? null : EndCause.of(cause));
  }

  private static RecordingState state(RowView row) {
    String status = row.getColumn("status", String.class);
    Instant since = row.getColumn("since", Instant.class);
    String egress = row.getColumn("egress_id", String.class);
    return switch (status) {
      case "requested" -> new Requested(since, row.getColumn("stop_wanted", Boolean.class));
      case "running" ->
          new Running(
              since,
              egress,
              row.getColumn("active", Boolean.class),
              row.getColumn("seen_at", Instant.class));
      case "stopping" ->
          new Stopping(
              since,
              egress,
              row.getColumn("active", Boolean.class),
              row.getColumn("seen_at", Instant.class));
      case "finishing" -> new Finishing(since, egress);
      case "collecting" -> new Collecting(since, row.getColumn("reason", String.class));
      case "completed" -> new Completed(since, row.getColumn("media_id", MediaId.class));
      case "failed" ->
          new Failed(
              since,
              row.getColumn("reason", String.class),
              row.getColumn("awaits_file", Boolean.class));
      default -> throw new IllegalStateException("no such status: " + status);
    };
  }

  static Ref ref(RowView row) {
    return new Ref(
        row.getColumn("tenant_id", TenantId.class),
        row.getColumn("call_id", CallId.class),
        row.getColumn("id", RecordingId.class));
  }
}
