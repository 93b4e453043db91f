package parley.speakers;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import parley.tenants.TenantId;

/// The SQL of speaker policies.
final class SpeakerPolicyTable {
  Optional<SpeakerPolicy> find(Handle transaction, TenantId tenant) {
    return transaction
        .createQuery("select * from speaker_policies where tenant_id = :tenant")
        .bind("tenant", tenant)
        .map(SpeakerPolicyTable::policy)
        .findOne();
  }

  /// Locks the tenant's policy until the transaction ends.
  void lock(Handle transaction, TenantId tenant) {
    transaction
        .createQuery(
            "select pg_advisory_xact_lock(hashtextextended('speaker_policies/' || :tenant, 0))")
        .bind("tenant", tenant.toString())
        .mapToMap()
        .one();
  }

  void put(Handle transaction, TenantId tenant, SpeakerPolicy policy, Instant now) {
    transaction
        .createUpdate(
            """
            insert into speaker_policies
              (tenant_id, enrolment, naming, anonymous, consent_reading, retain_reference,
              max_age_days, updated_at)
            values (:tenant, :enrolment, :naming, :anonymous, :reading, :retain, :age, :now)
            on conflict (tenant_id) do update
            set enrolment = excluded.enrolment, naming = excluded.naming,
                anonymous = excluded.anonymous, consent_reading = excluded.consent_reading,
                retain_reference = excluded.retain_reference,
                max_age_days = excluded.max_age_days, updated_at = excluded.updated_at
            """)
        .bind("tenant", tenant)
        .bind("enrolment", policy.enrolment())
        .bind("naming", policy.naming())
        .bind("anonymous", policy.anonymous())
        .bind("reading", policy.consentReading())
        .bind("retain", policy.retainReference())
        .bind("age", policy.maxAgeDays())
        .bind("now", now)
        .execute();
  }

  private static SpeakerPolicy policy(RowView row) {
    return new SpeakerPolicy(
        row.getColumn("enrolment", Boolean.class),
        row.getColumn("naming", SpeakerPolicy.Naming.class),
        row.getColumn("anonymous", Boolean.class),
        row.getColumn("consent_reading", SpeakerPolicy.ConsentReading.class),
        row.getColumn("retain_reference", Boolean.class),
        row.getColumn("max_age_days", Integer.class));
  }
}
