package parley.storage;

import java.util.HashMap;
import java.util.Map;
import parley.tenants.TenantId;

/// How many bytes of each tenant's quota the uploads take up that this node is receiving.
/// Thread-safe.
final class UploadReservations {
  private final Map<TenantId, Long> reserved = new HashMap<>();

  /// Lets the reservation of an upload grow if all of the tenant's together stay within the limit.
  /// Otherwise ends it at once: of two uploads of which one fits, one must succeed.
  ///
  /// @param held what the upload has reserved so far, in bytes
  /// @param size what it needs altogether
  synchronized boolean tryGrow(TenantId tenant, long held, long size, long limit) {
    long others = reserved.getOrDefault(tenant, 0L) - held;
    boolean fits = size <= limit - others;
    set(tenant, fits ? others + size : others);
    return fits;
  }

  synchronized void release(TenantId tenant, long held) {
    set(tenant, reserved.getOrDefault(tenant, 0L) - held);
  }

  private void set(TenantId tenant, long bytes) {
    if (bytes == 0) {
      reserved.remove(tenant);
    } else {
      reserved.put(tenant, bytes);
    }
  }
}
