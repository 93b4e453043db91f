package parley.speakers;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import parley.audit.AuditAction;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.db.Database;
import parley.tenants.TenantId;

/// Reads and changes the speaker policies of tenants.
public final class SpeakerPolicies {
  private final Database database;
  private final AuditTrail audit;
  private final Clock clock;

  public SpeakerPolicies(Database database, AuditTrail audit, Clock clock) {
    this.database = database;
    this.audit = audit;
    this.clock = clock;
  }

  /// The tenant's policy.
  public SpeakerPolicy of(TenantId tenant) {
    return database.inTransaction(transaction -> of(transaction, tenant));
  }

  SpeakerPolicy of(Handle transaction, TenantId tenant) {
    return SpeakerPolicyTable.find(transaction, tenant).orElse(SpeakerPolicy.DEFAULT);
  }

  /// The tenant's policy, which nobody changes before the transaction ends. Call this before any
  /// speaker is locked.
  SpeakerPolicy held(Handle transaction, TenantId tenant) {
    SpeakerPolicyTable.lock(transaction, tenant);
    return of(transaction, tenant);
  }

  /// Changes the policy of the caller's tenant. Profiles that expire later than it allows are
  /// shortened; recordings that it no longer retains are erased soon after.
  public SpeakerPolicy change(Caller caller, UnaryOperator<SpeakerPolicy> change) {
    return database.inTransaction(transaction -> {
      TenantId tenant = caller.tenant();
      SpeakerPolicy policy = change.apply(held(transaction, tenant));
      Instant now = clock.instant();
      SpeakerPolicyTable.put(transaction, tenant, policy, now);
      SpeakerTable.expireBy(transaction, tenant, policy.latestExpiry(now));
      audit.record(
          transaction,
          caller,
          AuditAction.SPEAKER_POLICY,
          tenant.toString(),
          Map.of(
              "enrolment", String.valueOf(policy.enrolment()),
              "naming", policy.naming().text(),
              "anonymous", String.valueOf(policy.anonymous()),
              "consent_reading", policy.consentReading().text(),
              "retain_reference", String.valueOf(policy.retainReference()),
              "max_age_days", String.valueOf(policy.maxAgeDays())));
      return policy;
    });
  }
}
