package parley.metering;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.db.Database;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.Tenant;
import parley.tenants.TenantId;
import parley.tenants.TenantTable;

/// Counts what was transcribed, and stops tenants at their budget.
///
/// A budget is so much audio in each calendar month of UTC. What was done counts against it, and
/// what jobs that have not ended have set aside.
public final class Meter {
  private final Database database;
  private final MeterTable table = new MeterTable();
  private final TenantTable tenants;
  private final Clock clock;

  public Meter(Database database, TenantTable tenants, Clock clock) {
    this.database = database;
    this.tenants = tenants;
    this.clock = clock;
  }

  /// Writes a call down, within the transaction that completes its work.
  public void record(Handle transaction, MeterEntry call) {
    table.insert(transaction, call);
  }

  /// Writes down how far a call has come that goes on; the entry grows each time.
  public void recordProgress(Handle transaction, MeterEntry call) {
    table.upsert(transaction, call);
  }

  /// How much audio the tenant may still ask to have transcribed this month; never negative, empty
  /// without a budget.
  public Optional<Duration> remaining(TenantId tenant) {
    return database.inTransaction(transaction ->
        tenants
            .find(transaction, tenant)
            .map(Tenant::speechBudgetSeconds)
            .map(budget -> remaining(transaction, tenant, budget)));
  }

  /// How much of the tenant's budget was not used this month, whatever is set aside; never
  /// negative, empty without a budget.
  public Optional<Duration> unspent(TenantId tenant) {
    return database.inTransaction(transaction ->
        tenants
            .find(transaction, tenant)
            .map(Tenant::speechBudgetSeconds)
            .map(budget -> atLeastZero(unspent(transaction, tenant, budget))));
  }

  /// Sets a part of the tenant's budget aside for a job, within the transaction that queues it. It
  /// counts as used until the job has ended, and then no more. Does nothing without a budget.
  ///
  /// @throws Problem BUDGET_EXCEEDED when less is left than is claimed, or nothing at all
  public void reserve(Handle transaction, TenantId tenant, UUID job, AudioEstimate claim) {
    // Locked, since two that look at the same rest would both take it.
    Long budget = tenants.lock(transaction, tenant).map(Tenant::speechBudgetSeconds).orElse(null);
    if (budget == null) {
      return;
    }
    Duration left = remaining(transaction, tenant, budget);
    boolean tooMuch = claim.audio().compareTo(left) > 0;
    if (left.isZero() || (tooMuch && claim.announced())) {
      throw exceeded();
    }
    table.forgetEndedReservations(transaction, tenant);
    table.reserve(transaction, tenant, job, tooMuch ? left : claim.audio());
  }

  /// The refusal of work that the budget does not pay for.
  public static Problem exceeded() {
    return new Problem(
        ProblemCode.BUDGET_EXCEEDED, "The tenant's speech budget of this month does not allow it.");
  }

  /// Sums what was used.
  ///
  /// @param tenant null for all of them, which is for operators alone
  /// @param from the first day, in UTC; null for the first of this month
  /// @param to the last day, in UTC; null for today
  public List<Usage> usage(
      @Nullable TenantId tenant,
      GroupBy grouping,
      @Nullable LocalDate from,
      @Nullable LocalDate to) {
    LocalDate today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    Instant first = from == null ? monthStart() : start(from);
    Instant until = start((to == null ? today : to).plusDays(1));
    return database.inTransaction(
        transaction -> table.sum(transaction, tenant, grouping, first, until));
  }

  private Duration remaining(Handle transaction, TenantId tenant, long budgetSeconds) {
    return atLeastZero(
        unspent(transaction, tenant, budgetSeconds).minus(table.reserved(transaction, tenant)));
  }

  private Duration unspent(Handle transaction, TenantId tenant, long budgetSeconds) {
    return Duration.ofSeconds(budgetSeconds)
        .minus(table.audioSince(transaction, tenant, monthStart()));
  }

  private static Duration atLeastZero(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  private Instant monthStart() {
    return start(clock.instant().atZone(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1));
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
