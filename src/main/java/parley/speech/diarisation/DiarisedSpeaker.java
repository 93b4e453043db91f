package parley.speech.diarisation;

/// One voice of a recording.
///
/// @param label as in the turns
/// @param centroid the mean of its embeddings, weighted by their length; null when it never spoke
///   alone for long enough to be told by its sound
/// @param talkSeconds the sum of its turns
public record DiarisedSpeaker(
    String label,
    @org.jspecify.annotations.Nullable VoiceEmbedding centroid,
    double talkSeconds) {}
