package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.media.MediaId;

/// Where a recording stands. It goes down this list, may pass states over, and never goes back, but
/// that the file of a failed one may still come.
///
/// That something records is seen in the call's room, and not told by this: see [Call#recorders].
public sealed interface RecordingState {
  /// Egress is being asked for it.
  ///
  /// @param stopWanted whether it is to be stopped as soon as it runs
  record Requested(Instant since, boolean stopWanted) implements RecordingState {}

  /// Egress has taken it. It is in the call from then on, and records once somebody sends.
  ///
  /// @param active whether egress has said that it records
  /// @param seen when it was last seen connected to the call; null when it never was
  record Running(Instant since, String egress, boolean active, @Nullable Instant seen)
      implements RecordingState {}

  /// Egress is told to stop, again and again until it says that it does or has left the call.
  ///
  /// @param active as of a running one
  /// @param seen as of a running one
  record Stopping(Instant since, String egress, boolean active, @Nullable Instant seen)
      implements RecordingState {}

  /// Egress has left the call and puts the file in its place.
  record Finishing(Instant since, String egress) implements RecordingState {}

  /// Egress is done, or believed to be; the file is being made a media entry.
  ///
  /// @param doubt why there may be no file; null when egress said that there is one
  record Collecting(Instant since, @Nullable String doubt) implements RecordingState {}

  /// It is a media entry.
  ///
  /// @param media null when the entry has been deleted since
  record Completed(Instant since, @Nullable MediaId media) implements RecordingState {}

  /// There is no recording.
  ///
  /// @param reason in words for everybody who may see the call
  /// @param awaitsFile whether a file may still come, which is then kept
  record Failed(Instant since, String reason, boolean awaitsFile) implements RecordingState {}

  /// Since when it is so.
  Instant since();

  /// Whether it is known that the call is being recorded. It may be, too, when this is false: see
  /// [Call#recorders].
  default boolean isOn() {
    return switch (this) {
      case Requested requested -> false;
      case Running running -> running.active() || running.seen() != null;
      case Stopping stopping -> stopping.active() || stopping.seen() != null;
      case Finishing finishing -> false;
      case Collecting collecting -> false;
      case Completed completed -> false;
      case Failed failed -> false;
    };
  }

  /// Whether egress may be recording for it, or about to.
  default boolean mayRecord() {
    return this instanceof Requested || this instanceof Running || this instanceof Stopping;
  }

  /// Whether it is on only until egress has heard that it is to stop.
  default boolean isBeingStopped() {
    return this instanceof Stopping
        || (this instanceof Requested requested && requested.stopWanted());
  }

  /// When what records was last seen in the call; null when it never was.
  default @Nullable Instant seen() {
    return switch (this) {
      case Running(var since, var egress, var active, Instant seen) -> seen;
      case Stopping(var since, var egress, var active, Instant seen) -> seen;
      case Requested requested -> null;
      case Finishing finishing -> null;
      case Collecting collecting -> null;
      case Completed completed -> null;
      case Failed failed -> null;
    };
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
