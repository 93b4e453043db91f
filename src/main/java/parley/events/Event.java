package parley.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// One thing that happened.
///
/// @param position its place among the events of its tenant, ascending in the order in which they
///   were committed
/// @param changesListeners whether it begins or ends a user's membership of the room
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
  Event withPosition(long assigned) {
    return new Event(tenant, assigned, id, type, audience, changesListeners, sender, content, at);
  }
}
