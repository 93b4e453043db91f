package parley.calls;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;
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
import parley.tenants.RecordedPicture;
import parley.tenants.TenantId;
import parley.tenants.UserId;

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

  static @Nullable UUID media(RecordingState state) {
    MediaId media = state instanceof Completed completed ? completed.media() : null;
    return media == null ? null : media.value();
  }

  static Recording recording(ResultSet row) throws SQLException {
    Ref ref = ref(row);
    UUID job = row.getObject("transcript_job", UUID.class);
    return new Recording(
        ref.tenant(),
        ref.id(),
        ref.call(),
        new UserId(row.getObject("started_by", UUID.class)),
        row.getTimestamp("started_at").toInstant(),
        new RecordingWish(
            row.getBoolean("audio"),
            row.getBoolean("video"),
            new RecordedPicture(
                row.getString("layout"),
                row.getObject("width", Integer.class),
                row.getObject("height", Integer.class),
                row.getObject("video_kbps", Integer.class)),
            row.getBoolean("transcript")),
        row.getString("file"),
        state(row),
        end(row),
        row.getBoolean("misplaced"),
        row.getBoolean("file_left"),
        new Recording.Transcription(
            job == null ? null : new JobId(job), row.getString("transcript_refusal")));
  }

  private static RecordingEnd end(ResultSet row) throws SQLException {
    String cause = row.getString("end_reason");
    return new RecordingEnd(
        instant(row.getTimestamp("ended_at")), cause == null ? null : EndCause.of(cause));
  }

  private static RecordingState state(ResultSet row) throws SQLException {
    String status = row.getString("status");
    Instant since = row.getTimestamp("since").toInstant();
    String egress = row.getString("egress_id");
    UUID media = row.getObject("media_id", UUID.class);
    return switch (status) {
      case "requested" -> new Requested(since, row.getBoolean("stop_wanted"));
      case "running" ->
          new Running(
              since, egress, row.getBoolean("active"), instant(row.getTimestamp("seen_at")));
      case "stopping" ->
          new Stopping(
              since, egress, row.getBoolean("active"), instant(row.getTimestamp("seen_at")));
      case "finishing" -> new Finishing(since, egress);
      case "collecting" -> new Collecting(since, row.getString("reason"));
      case "completed" -> new Completed(since, media == null ? null : new MediaId(media));
      case "failed" -> new Failed(since, row.getString("reason"), row.getBoolean("awaits_file"));
      default -> throw new IllegalStateException("no such status: " + status);
    };
  }

  private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }

  static Ref ref(ResultSet row) throws SQLException {
    return new Ref(
        new TenantId(row.getObject("tenant_id", UUID.class)),
        new CallId(row.getObject("call_id", UUID.class)),
        new RecordingId(row.getObject("id", UUID.class)));
  }
}
