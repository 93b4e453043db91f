package parley.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.auth.ApiKey;
import parley.auth.ApiKeySecret;
import parley.auth.ApiKeys;
import parley.auth.KeyId;
import parley.auth.Permission;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// An API key in the admin API.
///
/// @param key the secret, only in the answer to its creation
record KeyView(
    KeyId id,
    TenantId tenantId,
    UserId userId,
    String user,
    String name,
    List<String> permissions,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String key) {
  static KeyView of(ApiKeys.Listed listed, @Nullable ApiKeySecret secret) {
    ApiKey key = listed.key();
    return new KeyView(
        key.id(),
        key.tenant(),
        key.user(),
        listed.user(),
        key.name(),
        key.permissions().stream().map(Permission::text).sorted().toList(),
        key.createdAt(),
        key.expiresAt(),
        key.lastUsedAt(),
        secret == null ? null : secret.text());
  }
}
