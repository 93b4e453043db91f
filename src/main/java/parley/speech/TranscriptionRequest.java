package parley.speech;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.speech.transcript.SpeechOptions;

/// What a transcription job needs to know besides its recording.
///
/// @param audioBytes the size of the recording as it was sent
/// @param backends who may do it, the preferred one first
/// @param retain how the recording is to be kept; null to erase it
/// @param destination where the transcript is to be posted; null for nowhere
record TranscriptionRequest(
    SpeechOptions options,
    long audioBytes,
    List<Backend> backends,
    @Nullable Retention retain,
    @Nullable Destination destination) {
  /// The media entry that a recording becomes.
  record Retention(UUID mediaId, String fileName) {}

  /// A room, and the media entry that the recording is, if it is one.
  record Destination(UUID room, @Nullable UUID media) {}

  TranscriptionRequest {
    backends = List.copyOf(backends);
  }
}
