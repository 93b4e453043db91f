package parley.calls;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.calls.RecordingState.Collecting;
import parley.calls.RecordingState.Completed;
import parley.calls.RecordingState.Failed;
import parley.calls.RecordingState.Finishing;
import parley.calls.RecordingState.Requested;
import parley.calls.RecordingState.Running;
import parley.calls.RecordingState.Stopping;

/// How a recording is shown.
final class RecordingView {
  private RecordingView() {}

  /// A recording as an answer tells it.
  static Map<String, Object> of(Recording recording) {
    RecordingState state = recording.state();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", recording.id().toString());
    view.put("call_id", recording.call().toString());
    view.put("status", status(state));
    view.put("audio", recording.wish().audio());
    view.put("video", recording.wish().video());
    view.put("layout", recording.wish().picture().layout());
    view.put("width", recording.wish().picture().width());
    view.put("height", recording.wish().picture().height());
    view.put("video_kbps", recording.wish().picture().videoKbps());
    view.put("transcript", recording.wish().transcript());
    view.put("started_by", recording.startedBy().toString());
    view.put("started_at", recording.startedAt());
    view.put("ended_at", recording.end().at());
    view.put("end_reason", endReason(recording));
    view.put("media_id", media(state));
    view.put("reason", reason(state));
    view.put("warning", warning(recording));
    view.put("transcript_job_id", Objects.toString(recording.transcript().job(), null));
    view.put("transcript_refusal", recording.transcript().refusal());
    return view;
  }

  /// What members are told of a call's newest recording.
  static Map<String, Object> brief(Recording recording) {
    RecordingState state = recording.state();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", recording.id().toString());
    view.put("status", status(state));
    view.put("end_reason", endReason(recording));
    view.put("media_id", media(state));
    view.put("reason", reason(state));
    view.put("warning", warning(recording));
    return view;
  }

  private static @Nullable String media(RecordingState state) {
    return state instanceof Completed(var since, var media) ? Objects.toString(media, null) : null;
  }

  private static @Nullable String warning(Recording recording) {
    return recording.misplaced() && recording.state().mayRecord()
        ? "The file does not show where this server looks for it; an operator is told."
        : null;
  }

  private static @Nullable String reason(RecordingState state) {
    return state instanceof Failed failed ? failed.reason() : null;
  }

  /// Told once it is over: until then it may still be another.
  private static @Nullable String endReason(Recording recording) {
    EndCause cause = recording.end().cause();
    return cause == null || recording.state().mayRecord() ? null : cause.text();
  }

  private static String status(RecordingState state) {
    return switch (state) {
      case Requested requested -> requested.stopWanted() ? "stopping" : "starting";
      case Running running when running.active() -> "recording";
      case Running running -> running.seen() == null ? "starting" : "waiting";
      case Stopping stopping -> "stopping";
      case Finishing finishing -> "storing";
      case Collecting collecting -> "storing";
      case Completed completed -> "completed";
      case Failed failed -> "failed";
    };
  }
}
