package parley.events;

import java.util.Set;
import parley.auth.KeyId;

/// Tells which API keys still hold.
@FunctionalInterface
public interface LiveKeys {
  /// Those of the keys that are neither revoked nor expired.
  Set<KeyId> valid(Set<KeyId> keys);
}
