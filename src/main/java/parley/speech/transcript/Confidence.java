package parley.speech.transcript;

/// The recogniser's confidence in a segment, in Whisper's terms. It applies to the whole decoded
/// window, so neighbouring segments may share it.
///
/// @param meanLogProbability natural logarithm, at most 0, averaged over the tokens of the window
/// @param noSpeech probability, 0 to 1, that the window contains no speech
public record Confidence(double meanLogProbability, double noSpeech) {}
