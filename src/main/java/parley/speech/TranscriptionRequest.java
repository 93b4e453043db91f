package parley.speech;

import org.jspecify.annotations.Nullable;

/// What a transcription job needs to know besides its recording.
///
/// @param language ISO 639-1, or null to have it detected
/// @param audioBytes the size of the recording as it was sent
record TranscriptionRequest(@Nullable String language, long audioBytes) {}
