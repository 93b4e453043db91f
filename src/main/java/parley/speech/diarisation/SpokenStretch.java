package parley.speech.diarisation;

import org.jspecify.annotations.Nullable;

/// A stretch with its embedding.
///
/// @param voice null if too little of it is spoken alone
/// @param seconds that `voice` was made of; 0 without one
/// @param line that it came over; wide without a voice
record SpokenStretch(
    Stretch stretch, @Nullable VoiceEmbedding voice, double seconds, Bandwidth line) {}
