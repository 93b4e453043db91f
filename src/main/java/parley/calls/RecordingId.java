package parley.calls;

import java.util.UUID;

/// Names one recording of a call; written `rec-` and a UUID.
public record RecordingId(UUID value) {
  public static RecordingId random() {
    return new RecordingId(UUID.randomUUID());
  }

  @Override
  public String toString() {
    return "rec-" + value;
  }
}
