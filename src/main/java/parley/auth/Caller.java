package parley.auth;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// The authenticated user of a request, with the permissions of the token.
///
/// @param key the API key, or an id derived from the token's user; the rate limit applies to it
/// @param issuedUntil when an issuer's token expires; null for an API key, for which
///   [ApiKeys#valid] has to be asked
public record Caller(
    KeyId key,
    TenantId tenant,
    UserId user,
    Set<Permission> permissions,
    @Nullable Instant issuedUntil) {
  /// Whether the caller has a permission. ADMIN implies every permission within the tenant,
  /// OPERATOR all of them, except ENROLL: handling biometric data is granted explicitly.
  public boolean may(Permission permission) {
    return permissions.contains(permission)
        || (permission != Permission.ENROLL
            && (permissions.contains(Permission.OPERATOR)
                || (permission != Permission.OPERATOR && permissions.contains(Permission.ADMIN))));
  }

  /// Returns the tenant to act on: the caller's own, or for operators any requested one.
  ///
  /// @param requested an id from the request; empty for the caller's own tenant
  /// @throws Problem TENANT_NOT_FOUND if it is invalid or the caller may not act on it
  public TenantId tenant(Optional<String> requested) {
    return requested
        .map(id ->
            TenantId.parse(id)
                .filter(named -> named.equals(tenant) || may(Permission.OPERATOR))
                .orElseThrow(
                    () -> new Problem(ProblemCode.TENANT_NOT_FOUND, "There is no such tenant.")))
        .orElse(tenant);
  }
}
