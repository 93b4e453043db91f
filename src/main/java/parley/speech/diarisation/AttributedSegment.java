package parley.speech.diarisation;

import org.jspecify.annotations.Nullable;
import parley.speech.transcript.Segment;

/// What one person says in one go.
///
/// @param speaker the label of the turn; null when the recording has no turns
public record AttributedSegment(Segment segment, @Nullable String speaker) {}
