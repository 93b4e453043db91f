package parley.speech;

import java.time.Instant;
import org.jdbi.v3.core.Handle;
import parley.tenants.TenantId;

/// The SQL of tenants' policies.
final class TenantPolicyTable {
  private TenantPolicyTable() {}

  /// The tenant's policy; `first` becomes it when there is none.
  static TenantPolicy findOrInsert(
      Handle transaction, TenantId tenant, TenantPolicy first, Instant now) {
    return transaction
        .createQuery("select * from speech_policies where tenant_id = :tenant")
        .bind("tenant", tenant)
        .mapTo(TenantPolicy.class)
        .findOne()
        .orElseGet(() -> insert(transaction, tenant, first, now));
  }

  private static TenantPolicy insert(
      Handle transaction, TenantId tenant, TenantPolicy first, Instant now) {
    // Another request may have been first; the update that changes nothing returns its row.
    return upsert(transaction, "tenant_id = excluded.tenant_id", tenant, first, now);
  }

  static void put(Handle transaction, TenantId tenant, TenantPolicy policy, Instant now) {
    upsert(
        transaction,
        """
        allowed_backends = excluded.allowed_backends,
        default_backend = excluded.default_backend,
        retain_audio = excluded.retain_audio, updated_at = excluded.updated_at
        """,
        tenant,
        policy,
        now);
  }

  /// @param update what changes where there is a policy already
  private static TenantPolicy upsert(
      Handle transaction, String update, TenantId tenant, TenantPolicy policy, Instant now) {
    return transaction
        .createQuery(
            """
            insert into speech_policies
              (tenant_id, allowed_backends, default_backend, retain_audio, updated_at)
            values (:tenant, :allowedBackends, :defaultBackend, :retainAudio, :now)
            on conflict (tenant_id) do update set <update>
            returning *
            """)
        .define("update", update)
        .bind("tenant", tenant)
        .bindMethods(policy)
        .bind("now", now)
        .mapTo(TenantPolicy.class)
        .one();
  }
}
