package parley.events;

import java.util.UUID;
import parley.ids.TypedId;

/// The id of an event: `evt-` and a UUID.
public record EventId(UUID value) implements TypedId {
  public static EventId random() {
    return new EventId(UUID.randomUUID());
  }

  @Override
  public String toString() {
    return "evt-" + value;
  }
}
