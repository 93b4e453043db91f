package parley.speakers;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// Names one enrolled speaker within a tenant; written `spk-` and a UUID.
public record SpeakerId(UUID value) implements TypedId {
  private static final String PREFIX = "spk-";

  public static SpeakerId random() {
    return new SpeakerId(UUID.randomUUID());
  }

  /// Parses an id; empty if it is not one.
  public static Optional<SpeakerId> parse(String text) {
    return TypedId.parse(text, PREFIX, SpeakerId::new);
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
