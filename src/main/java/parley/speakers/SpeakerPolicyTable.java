package parley.speakers;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.tenants.TenantId;

/// The SQL of speaker policies.
final class SpeakerPolicyTable {
  private SpeakerPolicyTable() {}

  static Optional<SpeakerPolicy> find(Handle transaction, TenantId tenant) {
    return transaction
        .createQuery("select * from speaker_policies where tenant_id = :tenant")
        .bind("tenant", tenant)
        .mapTo(SpeakerPolicy.class)
        .findOne();
  }

  /// Locks the tenant's policy until the transaction ends.
  static void lock(Handle transaction, TenantId tenant) {
    transaction
        .createQuery(
            "select pg_advisory_xact_lock(hashtextextended('speaker_policies/' || :tenant, 0))")
        .bind("tenant", tenant.toString())
        .mapToMap()
        .one();
  }

  static void put(Handle transaction, TenantId tenant, SpeakerPolicy policy, Instant now) {
    transaction
        .createUpdate(
            """
            insert into speaker_policies
              (tenant_id, enrolment, naming, anonymous, consent_reading, retain_reference,
              max_age_days, updated_at)
            values (:tenant, :enrolment, :naming, :anonymous, :consentReading,
              :retainReference, :maxAgeDays, :now)
            on conflict (tenant_id) do update
            set enrolment = excluded.enrolment, naming = excluded.naming,
                anonymous = excluded.anonymous, consent_reading = excluded.consent_reading,
                retain_reference = excluded.retain_reference,
                max_age_days = excluded.max_age_days, updated_at = excluded.updated_at
            """)
        .bind("tenant", tenant)
        .bindMethods(policy)
        .bind("now", now)
        .execute();
  }
}
