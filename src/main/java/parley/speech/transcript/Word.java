package parley.speech.transcript;

/// One spoken word.
///
/// @param start seconds from the start of the recording
/// @param end seconds from the start of the recording, not before `start`
/// @param text the word as written, with its punctuation and without spaces around it
public record Word(double start, double end, String text) {}
