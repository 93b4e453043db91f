package parley.speakers;

import java.util.Locale;

/// What a profile is good for.
public enum SpeakerStatus {
  /// It is compared with what is heard.
  READY,
  /// It was made by another voice model than this node has, and is compared with nothing.
  STALE,
  /// It could not be made again for the present model; a new reference recording is needed.
  FAILED;

  /// As the API writes it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
