package parley.speech.diarisation;

import org.jspecify.annotations.Nullable;

/// A stretch and how it sounds.
///
/// @param voice null when nobody can be told by it: too little of it is spoken alone
/// @param seconds that `voice` was made of; 0 without one
/// @param line that it came over; wide without a voice
record SpokenStretch(Stretch stretch, @Nullable VoiceEmbedding voice, double seconds, Bandwidth line) {}
