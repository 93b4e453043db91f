package parley.speakers;

import parley.text.TextEnum;

/// Whether a profile can be used.
public enum SpeakerStatus implements TextEnum {
  /// In use.
  READY,
  /// Made by a different voice model than this node has; not used for comparison.
  STALE,
  /// Could not be rebuilt for the current model; a new reference recording is needed.
  FAILED
}
