package parley.tenants;

import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import parley.db.Database;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Creates, finds and limits tenants.
public final class Tenants {
  private final Database database;
  private final Clock clock;

  public Tenants(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /// Creates a tenant without limits.
  ///
  /// @throws Problem VALIDATION for an invalid name (1 to 100 characters, no control characters),
  ///   TENANT_EXISTS when it is taken
  public Tenant create(String name) {
    NameValidator.check(name, "name", "A tenant's name", 1, 100);
    TenantId id = TenantId.random();
    return database.inTransaction(transaction -> {
      if (!TenantTable.insert(transaction, id, name, clock.instant())) {
        throw new Problem(ProblemCode.TENANT_EXISTS, "A tenant with this name already exists.");
      }
      return TenantTable.find(transaction, id).orElseThrow();
    });
  }

  /// Finds a tenant by its id or else by its name.
  ///
  /// @throws Problem TENANT_NOT_FOUND
  public Tenant named(String idOrName) {
    if (idOrName.chars().anyMatch(Character::isISOControl)) {
      throw new Problem(ProblemCode.TENANT_NOT_FOUND, "There is no such tenant.");
    }
    return database.inTransaction(transaction ->
        TenantId.parse(idOrName)
            .flatMap(id -> TenantTable.find(transaction, id))
            .or(() -> TenantTable.findByName(transaction, idOrName))
            .orElseThrow(() ->
                new Problem(ProblemCode.TENANT_NOT_FOUND, "There is no such tenant: " + idOrName)));
  }

  /// The limits of a tenant, as described at [Tenant].
  public record Limits(
      @Nullable Long maxStorageMb,
      boolean recordingsEnabled,
      @Nullable Long speechBudgetSeconds,
      @Nullable Integer retentionDays,
      boolean recordingParticipants,
      VideoOptions videoOptions) {
    /// The limits of a new tenant.
    public static final Limits NONE = new Limits(null, true, null, null, false, VideoOptions.UNSET);

    static Limits of(Tenant tenant) {
      return new Limits(
          tenant.maxStorageMb(),
          tenant.recordingsEnabled(),
          tenant.speechBudgetSeconds(),
          tenant.retentionDays(),
          tenant.recordingParticipants(),
          tenant.videoOptions());
    }
  }

  /// Changes a tenant's limits, with effect from the next request.
  ///
  /// @throws Problem TENANT_NOT_FOUND
  public Tenant limit(TenantId id, UnaryOperator<Limits> change) {
    return database.inTransaction(transaction -> {
      Tenant before =
          TenantTable.lock(transaction, id)
              .orElseThrow(
                  () -> new Problem(ProblemCode.TENANT_NOT_FOUND, "There is no such tenant."));
      TenantTable.limit(transaction, id, change.apply(Limits.of(before)));
      return TenantTable.find(transaction, id).orElseThrow();
    });
  }

  /// The name of a user who exists.
  public String userName(TenantId tenant, UserId user) {
    return database.inTransaction(
        transaction -> TenantTable.userName(transaction, tenant, user).orElseThrow());
  }

  public List<Tenant> list() {
    return database.inTransaction(TenantTable::list);
  }
}
