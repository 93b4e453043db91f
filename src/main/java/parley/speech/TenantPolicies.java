package parley.speech;

import java.time.Clock;
import java.time.Instant;
import java.util.function.UnaryOperator;
import parley.db.Database;
import parley.tenants.TenantId;

/// The tenants' policies; each begins to exist when it is first needed.
public final class TenantPolicies {
  private final Database database;
  private final Backends backends;
  private final Clock clock;

  public TenantPolicies(Database database, Backends backends, Clock clock) {
    this.database = database;
    this.backends = backends;
    this.clock = clock;
  }

  /// The tenant's policy. On first use: everything allowed, the relay first where one is set up.
  public TenantPolicy of(TenantId tenant) {
    return database.inTransaction(transaction ->
        TenantPolicyTable.findOrInsert(transaction, tenant, first(), clock.instant()));
  }

  private TenantPolicy first() {
    Backend preferred = backends.has(Backend.B) ? Backend.B : Backend.A;
    return new TenantPolicy(AllowedBackends.AB, preferred, false);
  }

  /// Changes a policy. What it excludes is not done any more, also for earlier requests.
  public TenantPolicy change(TenantId tenant, UnaryOperator<TenantPolicy> change) {
    return database.inTransaction(transaction -> {
      Instant now = clock.instant();
      TenantPolicy changed =
          change.apply(TenantPolicyTable.lockOrInsert(transaction, tenant, first(), now));
      TenantPolicyTable.put(transaction, tenant, changed, now);
      return changed;
    });
  }
}
