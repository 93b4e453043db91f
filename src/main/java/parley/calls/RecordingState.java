package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.media.MediaId;

/// The state of a recording. It moves down this list, may skip states and never moves back, except
/// that the file of a failed recording may still arrive.
///
/// Whether something is actually recording is seen in the call's room, not here: see
/// [Call#recorders].
public sealed interface RecordingState {
  /// Egress is being asked to record.
  ///
  /// @param stopWanted whether to stop it as soon as it runs
  record Requested(Instant since, boolean stopWanted) implements RecordingState {}

  /// Egress accepted it, joins the call and records once somebody sends.
  ///
  /// @param active whether egress reports that it is recording
  /// @param seen when its recorder was last seen in the call; null if never
  record Running(Instant since, String egress, boolean active, @Nullable Instant seen)
      implements RecordingState {}

  /// Egress is told to stop, repeatedly until it confirms or has left the call.
  ///
  /// @param active as in [Running]
  /// @param seen as in [Running]
  record Stopping(Instant since, String egress, boolean active, @Nullable Instant seen)
      implements RecordingState {}

  /// Egress has left the call and is delivering the file.
  record Finishing(Instant since, String egress) implements RecordingState {}

  /// Egress is done, or presumed dead; the file is being imported as a media entry.
  ///
  /// @param reason why there may be no file; null if egress reported one
  record Importing(Instant since, @Nullable String reason) implements RecordingState {}

  /// The recording is a media entry.
  ///
  /// @param media null if the entry has been deleted since
  record Completed(Instant since, @Nullable MediaId media) implements RecordingState {}

  /// There is no recording.
  ///
  /// @param reason text for everybody who may see the call
  /// @param awaitsFile whether a file may still arrive, which is then imported
  record Failed(Instant since, String reason, boolean awaitsFile) implements RecordingState {}

  /// When it entered this state.
  Instant since();

  /// Returns LiveKit's id of the recording while egress works on it.
  default @Nullable String egress() {
    return null;
  }

  default boolean active() {
    return false;
  }

  default @Nullable Instant seen() {
    return null;
  }

  default boolean stopWanted() {
    return false;
  }

  default @Nullable String reason() {
    return null;
  }

  default @Nullable MediaId media() {
    return null;
  }

  default boolean awaitsFile() {
    return false;
  }

  /// Whether the call is known to be recorded. It may also be recorded while this is false: see
  /// [Call#recorders].
  default boolean isOn() {
    return active() || seen() != null;
  }

  /// Whether egress may be recording, or about to.
  default boolean mayRecord() {
    return this instanceof Requested || this instanceof Running || this instanceof Stopping;
  }

  /// Whether it only continues until egress has been told to stop.
  default boolean isBeingStopped() {
    return this instanceof Stopping || stopWanted();
  }

  /// Returns the state as in the database.
  default String text() {
    return switch (this) {
      case Requested requested -> "requested";
      case Running running -> "running";
      case Stopping stopping -> "stopping";
      case Finishing finishing -> "finishing";
      case Importing importing -> "collecting";
      case Completed completed -> "completed";
      case Failed failed -> "failed";
    };
  }
}
