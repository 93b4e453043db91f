package parley.calls;

import java.util.UUID;
import parley.ids.TypedId;

/// The id of a recording of a call; written `rec-` and a UUID.
public record RecordingId(UUID value) implements TypedId {
  public static RecordingId random() {
    return new RecordingId(UUID.randomUUID());
  }

  @Override
  public String toString() {
    return "rec-" + value;
  }
}
