package parley.rooms;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// A room for messages, files and calls of some users of a tenant.
public record Room(
    TenantId tenant,
    RoomId id,
    RoomType type,
    String name,
    @Nullable String topic,
    UserId creator,
    Instant createdAt) {}
