package parley.auth;

import java.util.Set;

/// Tells which API keys still hold.
@FunctionalInterface
public interface KeyValidator {
  /// Those of the keys that are neither revoked nor expired.
  Set<KeyId> valid(Set<KeyId> keys);
}
