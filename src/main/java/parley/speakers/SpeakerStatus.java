package parley.speakers;

import parley.text.TextEnum;

/// What a profile is good for.
public enum SpeakerStatus implements TextEnum {
  /// It is compared with what is heard.
  READY,
  /// It was made by another voice model than this node has, and is compared with nothing.
  STALE,
  /// It could not be made again for the present model; a new reference recording is needed.
  FAILED
}
