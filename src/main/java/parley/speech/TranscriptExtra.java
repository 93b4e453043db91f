package parley.speech;

/// What a request may ask for besides the transcript.
public enum TranscriptExtra {
  /// The probability of each token.
  TOKENS,
  /// The segments as soon as they are recognised, as parts of the job's result.
  PARTS
}
