package parley.speech;

import java.time.Clock;
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
    Backend preferred = backends.has(Backend.B) ? Backend.B : Backend.A;
    TenantPolicy first = new TenantPolicy(AllowedBackends.AB, preferred, false);
    return database.inTransaction(
        transaction -> TenantPolicyTable.findOrInsert(transaction, tenant, first, clock.instant()));
  }

  /// Sets a policy, which applies to requests from now on.
  public void put(TenantId tenant, TenantPolicy policy) {
    database.useTransaction(
        transaction -> TenantPolicyTable.put(transaction, tenant, policy, clock.instant()));
  }
}
