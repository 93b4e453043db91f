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
        .orElseGet(() -> lockOrInsert(transaction, tenant, first, now));
  }

  /// As [#findOrInsert], and locks the policy until the transaction ends.
  static TenantPolicy lockOrInsert(
      Handle transaction, TenantId tenant, TenantPolicy first, Instant now) {
    // The update that changes nothing locks the row and returns it.
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
