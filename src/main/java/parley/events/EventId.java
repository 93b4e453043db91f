package parley.events;

import java.util.UUID;

/// Names one event; written `evt-` and a UUID.
public record EventId(UUID value) {
  public static EventId random() {
    return new EventId(UUID.randomUUID());
  }

  @Override
  public String toString() {
    return "evt-" + value;
  }
}
