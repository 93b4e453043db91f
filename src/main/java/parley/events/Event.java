package parley.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// One thing that happened.
///
/// @param position its place among the events of its tenant: 1, 2, 3, … in the order in which they
///   were committed
/// @param changesListeners whether with it somebody begins or ceases to hear the room
/// @param sender who caused it; null when the server did
/// @param content a JSON object, in the shape that its type tells
public record Event(
    TenantId tenant,
    long position,
    EventId id,
    EventType type,
    Audience audience,
    boolean changesListeners,
    @Nullable UserId sender,
    String content,
    Instant at) {
  /// The room it happened in, if any.
  @Nullable RoomId room() {
    return switch (audience) {
      case Audience.Room room -> room.room();
      case Audience.User user -> null;
    };
  }
}
