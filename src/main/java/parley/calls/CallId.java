package parley.calls;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// Names one call; written `call-` and a UUID. Its room in LiveKit is named after it.
public record CallId(UUID value) implements TypedId {
  private static final String PREFIX = "call-";
  private static final String LIVEKIT_PREFIX = "scaiwave-";

  public static CallId random() {
    return new CallId(UUID.randomUUID());
  }

  /// Empty for anything that no call can be named.
  public static Optional<CallId> parse(String text) {
    return TypedId.parse(text, PREFIX, CallId::new);
  }

  /// The call whose room in LiveKit is named so; empty when it is no call's.
  public static Optional<CallId> ofLiveKitRoom(String name) {
    return name.startsWith(LIVEKIT_PREFIX)
        ? parse(name.substring(LIVEKIT_PREFIX.length()))
        : Optional.empty();
  }

  /// `scaiwave-call-…`.
  public String liveKitRoom() {
    return LIVEKIT_PREFIX + this;
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
