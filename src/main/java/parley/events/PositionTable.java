package parley.events;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import parley.tenants.TenantId;

/// The SQL of the positions of each tenant's events.
final class PositionTable {
  private PositionTable() {}

  /// The range of a tenant's events.
  ///
  /// @param last the newest event's position; 0 if there has never been one
  /// @param pruned events up to here may have been deleted
  record Extent(long last, long pruned) {}

  private record Last(TenantId tenantId, long last) {}

  /// The range of the tenant's events. Every event up to `last` is readable from now on.
  static Extent extent(Handle transaction, TenantId tenant) {
    return transaction
        .createQuery("select last, pruned from event_positions where tenant_id = :tenant")
        .bind("tenant", tenant)
        .mapTo(Extent.class)
        .findOne()
        .orElse(new Extent(0, 0));
  }

  /// The newest positions of several tenants.
  static Map<TenantId, Long> lastOf(Handle transaction, Collection<TenantId> tenants) {
    return transaction
        .createQuery("select tenant_id, last from event_positions where tenant_id = any(:tenants)")
        .bindArray("tenants", UUID.class, tenants.stream().map(TenantId::value).toList())
        .mapTo(Last.class)
        .stream()
        .collect(Collectors.toMap(Last::tenantId, Last::last));
  }

  /// The current time as a position.
  static long now(Handle transaction) {
    return transaction
        .createQuery("select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)")
        .mapTo(long.class)
        .one();
  }

  /// Records that events up to this position may be deleted.
  static void prune(Handle transaction, TenantId tenant, long upTo) {
    transaction
        .createUpdate(
            """
            update event_positions set pruned = greatest(pruned, :upTo) where tenant_id = :tenant
            """)
        .bindMap(Map.of("tenant", tenant, "upTo", upTo))
        .execute();
  }

  /// All tenants with events; for pruning.
  static List<TenantId> tenants(Handle transaction) {
    return transaction
        .createQuery("select tenant_id from event_positions")
        .mapTo(TenantId.class)
        .list();
  }
}
