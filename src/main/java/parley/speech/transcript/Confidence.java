package parley.speech.transcript;

/// How sure the recogniser was of a segment, in the terms of Whisper. It is known for the window of
/// sound in which the segment was heard, so neighbours may share it.
///
/// @param meanLogProbability natural logarithm, 0 at most, averaged over the tokens of the window
/// @param noSpeech the probability, 0 to 1, that nobody spoke in the window
public record Confidence(double meanLogProbability, double noSpeech) {}
