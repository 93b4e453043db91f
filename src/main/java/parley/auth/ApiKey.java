package parley.auth;

import java.time.Instant;
import java.util.Set;
import org.jdbi.v3.core.mapper.reflect.ColumnName;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// An API key without its secret.
public record ApiKey(
    KeyId id,
    @ColumnName("tenant_id") TenantId tenant,
    @ColumnName("user_id") UserId user,
    String name,
    Set<Permission> permissions,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt) {}
