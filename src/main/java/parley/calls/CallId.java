package parley.calls;

import java.util.Optional;
import java.util.UUID;
import parley.ids.TypedId;

/// The id of a call; written `call-` and a UUID. LiveKit's room is named after it.
public record CallId(UUID value) implements TypedId {
  private static final String PREFIX = "call-";
  private static final String LIVEKIT_PREFIX = "scaiwave-";

  public static CallId random() {
    return new CallId(UUID.randomUUID());
  }

  /// Empty for an invalid id.
  public static Optional<CallId> parse(String text) {
    return TypedId.parse(text, PREFIX, CallId::new);
  }

  /// Returns the call of a room in LiveKit; empty if the name is not a call's.
  public static Optional<CallId> ofLiveKitRoom(String name) {
    return name.startsWith(LIVEKIT_PREFIX)
        ? parse(name.substring(LIVEKIT_PREFIX.length()))
        : Optional.empty();
  }

  /// The name of the call's room in LiveKit, `scaiwave-call-…`.
  public String liveKitRoom() {
    return LIVEKIT_PREFIX + this;
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
