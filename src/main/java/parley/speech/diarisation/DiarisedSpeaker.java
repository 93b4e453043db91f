package parley.speech.diarisation;

/// One voice of a recording.
///
/// @param label as in the turns
/// @param centroid the mean of its embeddings, weighted by their length; null if it never spoke
///   alone for long enough
/// @param talkSeconds the sum of its turns
public record DiarisedSpeaker(
    String label, @org.jspecify.annotations.Nullable VoiceEmbedding centroid, double talkSeconds) {}
