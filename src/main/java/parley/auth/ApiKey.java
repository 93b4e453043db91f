package parley.auth;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// An API key without its secret.
public record ApiKey(
    KeyId id,
    TenantId tenant,
    UserId user,
    String name,
    Set<Permission> permissions,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt) {}
