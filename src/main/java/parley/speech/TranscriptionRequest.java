package parley.speech;

import java.util.List;

/// What a transcription job needs to know besides its recording.
///
/// @param audioBytes the size of the recording as it was sent
/// @param backends who may do it, the preferred one first
record TranscriptionRequest(SpeechOptions options, long audioBytes, List<Backend> backends) {
  TranscriptionRequest {
    backends = List.copyOf(backends);
  }
}
