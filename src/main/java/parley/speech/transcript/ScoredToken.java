package parley.speech.transcript;

/// A token of a transcript, in the vocabulary of the model that wrote it.
///
/// @param bytes its text as Base64 of UTF-8; a token may contain part of a character
/// @param logProbability natural logarithm, at most 0
public record ScoredToken(String bytes, double logProbability) {}
