package parley.calls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.media.MediaId;

/// Where a recording stands. It goes down this list, may pass states over, and never goes back.
public sealed interface RecordingState {
  /// Egress is being asked for it.
  ///
  /// @param stopWanted whether it is to be stopped as soon as it runs
  record Requested(Instant since, boolean stopWanted) implements RecordingState {}

  /// Egress has taken it.
  ///
  /// @param active whether egress has said that it records
  /// @param seen when it was last seen connected to the call; null when it never was
  record Running(Instant since, String egress, boolean active, @Nullable Instant seen)
      implements RecordingState {}

  /// Egress is told to stop and has not said that it does.
  record Stopping(Instant since, String egress) implements RecordingState {}

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
  record Failed(Instant since, String reason) implements RecordingState {}

  /// Since when it is so.
  Instant since();

  /// Whether the call is being recorded, or may be: members are told so before it begins, and until
  /// egress has said that it has ended.
  default boolean isOn() {
    return switch (this) {
      case Requested requested -> true;
      case Running running -> true;
      case Stopping stopping -> true;
      case Finishing finishing -> false;
      case Collecting collecting -> false;
      case Completed completed -> false;
      case Failed failed -> false;
    };
  }

  /// Whether it is on only until egress has heard that it is to stop.
  default boolean isBeingStopped() {
    return this instanceof Stopping
        || (this instanceof Requested requested && requested.stopWanted());
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
