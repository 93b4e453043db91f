package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.media.MediaId;

/// The state of a recording. It moves down this list, may skip states and never moves back, except
/// that the file of a failed one may still come.
///
/// Whether something records is seen in the call's room and not told by this: see [Call#recorders].
public sealed interface RecordingState {
  /// Egress is being asked for it.
  ///
  /// @param stopWanted whether to stop it as soon as it runs
  record Requested(Instant since, boolean stopWanted) implements RecordingState {}

  /// Egress has taken it, joins the call and records as soon as somebody sends.
  ///
  /// @param active whether egress has said that it records
  /// @param seen when its recorder was last seen in the call; null when it never was
  record Running(Instant since, String egress, boolean active, @Nullable Instant seen)
      implements RecordingState {}

  /// Egress is told to stop, again and again until it says that it does or has left the call.
  ///
  /// @param active as in [Running]
  /// @param seen as in [Running]
  record Stopping(Instant since, String egress, boolean active, @Nullable Instant seen)
      implements RecordingState {}

  /// Egress has left the call and puts the file in its place.
  record Finishing(Instant since, String egress) implements RecordingState {}

  /// Egress is done, or taken for done; the file is being made a media entry.
  ///
  /// @param reason why there may be no file; null when egress said that there is one
  record Collecting(Instant since, @Nullable String reason) implements RecordingState {}

  /// It is a media entry.
  ///
  /// @param media null when the entry has been deleted since
  record Completed(Instant since, @Nullable MediaId media) implements RecordingState {}

  /// There is no recording.
  ///
  /// @param reason in words for everybody who may see the call
  /// @param awaitsFile whether a file may still come, which is then kept
  record Failed(Instant since, String reason, boolean awaitsFile) implements RecordingState {}

  /// When it entered this state.
  Instant since();

  /// LiveKit's id of the recording while egress works on it.
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

  /// Whether the call is known to be recorded. It may be recorded when this is false, too: see
  /// [Call#recorders].
  default boolean isOn() {
    return active() || seen() != null;
  }

  /// Whether egress may be recording for it, or about to.
  default boolean mayRecord() {
    return this instanceof Requested || this instanceof Running || this instanceof Stopping;
  }

  /// Whether it goes on only until egress has heard that it is to stop.
  default boolean isBeingStopped() {
    return this instanceof Stopping || stopWanted();
  }

  /// As in the database.
  default String text() {
    return switch (this) {
      case Requested requested -> "requested";
      case Running running -> "running";
      case Stopping stopping -> "stopping";
      case Finishing finishing -> "finishing";
      case Collecting collecting -> "collecting";
      case Completed completed -> "completed";
      case Failed failed -> "failed";
    };
  }
}
