package parley.speech;

/// Who writes transcripts.
public enum Backend {
  /// The recogniser in this process.
  A,
  /// A relay to another server.
  B
}
