package parley.speech;

import org.jspecify.annotations.Nullable;

/// How a recording is to be transcribed.
///
/// @param language ISO 639-1, or null to have it detected
/// @param temperature 0 to 1, how freely a backend that samples may choose; our own recogniser
///   never samples and passes it over; null for the backend's own choice
public record SpeechOptions(@Nullable String language, @Nullable Double temperature) {}
