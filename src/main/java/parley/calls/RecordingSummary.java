package parley.calls;

import org.jspecify.annotations.Nullable;
import parley.media.MediaId;
import parley.tenants.UserId;

/// The part of a recording that is announced to members whenever it changes.
record RecordingSummary(
    RecordingId id,
    @Nullable UserId participantId,
    String status,
    @Nullable RecordingEndReason endReason,
    @Nullable MediaId mediaId,
    @Nullable String reason,
    @Nullable String warning) {
  static RecordingSummary of(Recording recording) {
    RecordingState state = recording.state();
    return new RecordingSummary(
        recording.id(),
        recording.participant(),
        status(state),
        // The reason may change until the recording has ended.
        state.mayRecord() ? null : recording.end().reason(),
        state.media(),
        state instanceof RecordingState.Failed failed ? failed.reason() : null,
        recording.misplaced() && state.mayRecord()
            ? "The file does not appear where this server looks for it; the operator has been notified."
            : null);
  }

  private static String status(RecordingState state) {
    return switch (state) {
      case RecordingState.Requested requested -> requested.stopWanted() ? "stopping" : "starting";
      case RecordingState.Running running when running.active() -> "recording";
      case RecordingState.Running running -> running.seen() == null ? "starting" : "waiting";
      case RecordingState.Stopping stopping -> "stopping";
      case RecordingState.Finishing finishing -> "storing";
      case RecordingState.Importing importing -> "storing";
      case RecordingState.Completed completed -> "completed";
      case RecordingState.Failed failed -> "failed";
    };
  }
}
