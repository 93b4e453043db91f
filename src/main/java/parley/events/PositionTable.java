package parley.events;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import parley.tenants.TenantId;

/// The SQL of how far the events of each tenant reach.
final class PositionTable {
  /// How far a tenant's events reach.
  ///
  /// @param last the newest event's position; 0 when there never was one
  /// @param pruned up to here events may have been removed
  record Extent(long last, long pruned) {}

  private record Last(TenantId tenantId, long last) {}

  /// How far the tenant's events reach. Every event up to `last` can be read from now on.
  Extent extent(Handle transaction, TenantId tenant) {
    return transaction
        .createQuery("select last, pruned from event_positions where tenant_id = :tenant")
        .bind("tenant", tenant)
        .mapTo(Extent.class)
        .findOne()
        .orElse(new Extent(0, 0));
  }

  /// The newest positions of several tenants.
  Map<TenantId, Long> lastOf(Handle transaction, Collection<TenantId> tenants) {
    return transaction
        .createQuery("select tenant_id, last from event_positions where tenant_id = any(:tenants)")
        .bindArray("tenants", UUID.class, tenants.stream().map(TenantId::value).toList())
        .mapTo(Last.class)
        .stream()
        .collect(Collectors.toMap(Last::tenantId, Last::last));
  }

  /// The current time as a position.
  long now(Handle transaction) {
    return transaction
        .createQuery("select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)")
        .mapTo(long.class)
        .one();
  }

  /// Records that events up to this position may be removed.
  void prune(Handle transaction, TenantId tenant, long upTo) {
    transaction
        .createUpdate(
            """
            update event_positions set pruned = greatest(pruned, :upTo) where tenant_id = :tenant
            """)
        .bind("tenant", tenant)
        .bind("upTo", upTo)
        .execute();
  }

  /// The tenants that ever had an event; for pruning alone.
  List<TenantId> tenants(Handle transaction) {
    return transaction
        .createQuery("select tenant_id from event_positions")
        .mapTo(TenantId.class)
        .list();
  }
}
