package parley.tenants;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import parley.db.Database;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Making and finding tenants.
public final class Tenants {
  private final Database database;
  private final TenantTable table;
  private final Clock clock;

  public Tenants(Database database, TenantTable table, Clock clock) {
    this.database = database;
    this.table = table;
    this.clock = clock;
  }

  /// Makes a tenant without limits. Refused when the name is empty, longer than 100 characters,
  /// holds control characters or is taken.
  public Tenant create(String name) {
    NameValidator.check(name, "name", "A tenant's name", 1, 100);
    TenantId id = TenantId.random();
    return database.inTransaction(transaction -> {
      if (!table.insert(transaction, id, name, clock.instant())) {
        throw new Problem(ProblemCode.TENANT_EXISTS, "A tenant of this name exists.");
      }
      return table.find(transaction, id).orElseThrow();
    });
  }

  /// Finds a tenant by its id or, failing that, by its name.
  public Tenant named(String idOrName) {
    if (idOrName.chars().anyMatch(Character::isISOControl)) {
      throw new Problem(ProblemCode.TENANT_NOT_FOUND, "There is no such tenant.");
    }
    return database.inTransaction(transaction ->
        uuid(idOrName)
            .flatMap(id -> table.find(transaction, new TenantId(id)))
            .or(() -> table.findByName(transaction, idOrName))
            .orElseThrow(() ->
                new Problem(ProblemCode.TENANT_NOT_FOUND, "There is no such tenant: " + idOrName)));
  }

  /// What a tenant may use; see [Tenant] for the meaning of null.
  public record Limits(
      @Nullable Long maxStorageMb,
      boolean recordingsEnabled,
      @Nullable Long speechBudgetSeconds,
      @Nullable Integer retentionDays,
      VideoOptions videoOptions) {
    /// What a new tenant has.
    public static final Limits NONE = new Limits(null, true, null, null, VideoOptions.UNSET);

    static Limits of(Tenant tenant) {
      return new Limits(
          tenant.maxStorageMb(),
          tenant.recordingsEnabled(),
          tenant.speechBudgetSeconds(),
          tenant.retentionDays(),
          tenant.videoOptions());
    }
  }

  /// Changes a tenant's limits; they hold from the next request on. TENANT_NOT_FOUND when there is
  /// no such tenant.
  public Tenant limit(TenantId id, UnaryOperator<Limits> change) {
    return database.inTransaction(transaction -> {
      Tenant before =
          table
              .lock(transaction, id)
              .orElseThrow(
                  () -> new Problem(ProblemCode.TENANT_NOT_FOUND, "There is no such tenant."));
      table.limit(transaction, id, change.apply(Limits.of(before)));
      return table.find(transaction, id).orElseThrow();
    });
  }

  public List<Tenant> list() {
    return database.inTransaction(table::list);
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException notAnId) {
      return Optional.empty();
    }
  }
}
