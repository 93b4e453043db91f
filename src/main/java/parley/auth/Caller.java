package parley.auth;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Who calls: one user of one tenant, and what the token allows.
///
/// @param key the key or token this came by, to count its rate
/// @param issuedUntil when an issuer's token ends; null for an API key, which can be revoked and
///   may expire, as [ApiKeys#valid] tells
public record Caller(
    KeyId key,
    TenantId tenant,
    UserId user,
    Set<Permission> permissions,
    @Nullable Instant issuedUntil) {
  /// Whether the caller may do what needs `permission`. ADMIN includes all of the tenant and
  /// OPERATOR everything, but for ENROLL: who handles biometric data was told so by name.
  public boolean may(Permission permission) {
    return permissions.contains(permission)
        || (permission != Permission.ENROLL
            && (permissions.contains(Permission.OPERATOR)
                || (permission != Permission.OPERATOR && permissions.contains(Permission.ADMIN))));
  }
}
