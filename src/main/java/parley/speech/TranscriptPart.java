package parley.speech;

import java.util.List;
import parley.speech.TranscriptionResult.StoredSegment;
import parley.speech.transcript.Segment;

/// A finished part of a transcription's result: the next segments.
record TranscriptPart(List<StoredSegment> segments) {
  TranscriptPart {
    segments = List.copyOf(segments);
  }

  static TranscriptPart of(List<Segment> segments, TranscriptionRequest request) {
    return new TranscriptPart(
        segments.stream().map(segment -> StoredSegment.of(segment, request)).toList());
  }
}
