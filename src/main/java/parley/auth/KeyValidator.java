package parley.auth;

import java.util.Set;

/// Checks API keys for revocation and expiry.
@FunctionalInterface
public interface KeyValidator {
  /// Returns the keys that are neither revoked nor expired.
  Set<KeyId> valid(Set<KeyId> keys);
}
