package parley.auth;

import java.util.Set;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Who calls: one user of one tenant, and what the token allows.
///
/// @param key the key or token this came by, to count its rate
public record Caller(KeyId key, TenantId tenant, UserId user, Set<Permission> permissions) {
  /// Whether the caller may do what needs `permission`. ADMIN includes all of the tenant.
  public boolean may(Permission permission) {
    return permissions.contains(permission)
        || permissions.contains(Permission.OPERATOR)
        || (permission != Permission.OPERATOR && permissions.contains(Permission.ADMIN));
  }
}
