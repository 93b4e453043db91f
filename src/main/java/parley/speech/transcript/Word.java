package parley.speech.transcript;

/// A spoken word.
///
/// @param start seconds from the start of the recording
/// @param end seconds from the start of the recording, not before `start`
/// @param text with its punctuation, without surrounding spaces
public record Word(double start, double end, String text) {}
