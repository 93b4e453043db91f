package parley.speech.diarisation;

import org.jspecify.annotations.Nullable;
import parley.speech.transcript.Segment;

/// A segment spoken by one person.
///
/// @param speaker the label of the turn; null when the recording has no turns
public record AttributedSegment(Segment segment, @Nullable String speaker) {}
