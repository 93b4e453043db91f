package parley.speech;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a transcription job needs to know besides its recording.
///
/// @param audioBytes the size of the recording as it was sent
/// @param backends who may do it, the preferred one first
/// @param retain how the recording is to be kept; null to erase it
record TranscriptionRequest(
    SpeechOptions options, long audioBytes, List<Backend> backends, @Nullable Retention retain) {
  /// The media entry that a recording becomes.
  record Retention(UUID mediaId, String fileName) {}

  TranscriptionRequest {
    backends = List.copyOf(backends);
  }
}
