package parley.tenants;

import java.time.Clock;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.db.Database;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.paging.PageRequest;
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

  /// Creates a tenant.
  ///
  /// @throws Problem VALIDATION for an invalid name (1 to 100 characters, no control characters),
  ///   TENANT_EXISTS when it is taken
  public Tenant create(String name, Limits limits) {
    return create(name, limits, (transaction, tenant) -> tenant);
  }

  /// As above, together with what it needs besides.
  ///
  /// @param also runs in the same transaction
  public <T> T create(String name, Limits limits, BiFunction<Handle, Tenant, T> also) {
    NameValidator.check(name, "name", "A tenant's name", 1, 100);
    TenantId id = TenantId.random();
    return database.inTransaction(transaction -> {
      if (!TenantTable.insert(transaction, id, name, clock.instant())) {
        throw new Problem(ProblemCode.TENANT_EXISTS, "A tenant with this name already exists.");
      }
      TenantTable.limit(transaction, id, limits);
      return also.apply(transaction, TenantTable.find(transaction, id).orElseThrow());
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
    /// The limits of a new tenant for whom nobody chose any.
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

  /// All tenants, newest first: one page of them. The total is exact up to 10,000.
  public Page<Tenant> list(PageRequest page) {
    return database.inTransaction(transaction ->
        page.page(
                TenantTable.list(transaction, page),
                tenant -> new Cursor(tenant.createdAt(), tenant.id().value()))
            .counted(TenantTable.count(transaction, Page.MAX_COUNTED)));
  }
}
