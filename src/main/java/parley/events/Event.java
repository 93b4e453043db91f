package parley.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// An event of a tenant.
///
/// @param position ascending within the tenant, in the order of commits
/// @param changesListeners whether it starts or ends a user's membership of the room
/// @param sender who caused it; null for the server
/// @param content a JSON object whose shape depends on the type
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
