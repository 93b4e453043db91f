package parley.metering;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.db.Database;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.Tenant;
import parley.tenants.TenantId;
import parley.tenants.TenantTable;

/// Records transcriptions and enforces the tenants' budgets.
///
/// A budget is an amount of audio for each calendar month of UTC. Recorded transcriptions and the
/// reservations of unfinished jobs count against it.
public final class Meter {
  private final Database database;
  private final Clock clock;

  public Meter(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /// Records a transcription in the transaction that completes it.
  public void record(Handle transaction, MeterEntry entry) {
    MeterTable.insert(transaction, entry);
  }

  /// Inserts or updates the entry of a live transcription, which grows while it lasts.
  public void recordProgress(Handle transaction, MeterEntry entry) {
    MeterTable.upsert(transaction, entry);
  }

  /// The audio that the tenant can still submit this month, not negative; empty without a budget.
  public Optional<Duration> remaining(TenantId tenant) {
    return budgeted(tenant, (transaction, budget) -> remaining(transaction, tenant, budget));
  }

  /// Like [#remaining], without subtracting reservations.
  public Optional<Duration> unspent(TenantId tenant) {
    return budgeted(
        tenant, (transaction, budget) -> notNegative(unspent(transaction, tenant, budget)));
  }

  private Optional<Duration> budgeted(
      TenantId tenant, BiFunction<Handle, Long, Duration> calculation) {
    return database.inTransaction(transaction ->
        TenantTable.find(transaction, tenant)
            .map(Tenant::speechBudgetSeconds)
            .map(budget -> calculation.apply(transaction, budget)));
  }

  /// Reserves part of the tenant's budget for a job, in the transaction that enqueues it. The
  /// reservation ends with the job. Does nothing without a budget.
  ///
  /// @throws Problem BUDGET_EXCEEDED when the budget is used up, or a declared duration exceeds it
  public void reserve(Handle transaction, TenantId tenant, UUID job, AudioEstimate estimate) {
    // The row lock keeps concurrent jobs from reserving the same remainder.
    Long budget =
        TenantTable.lock(transaction, tenant).map(Tenant::speechBudgetSeconds).orElse(null);
    if (budget == null) {
      return;
    }
    Duration remaining = remaining(transaction, tenant, budget);
    boolean exceeds = estimate.audio().compareTo(remaining) > 0;
    if (remaining.isZero() || (exceeds && estimate.declared())) {
      throw exceeded();
    }
    MeterTable.deleteEndedReservations(transaction, tenant);
    MeterTable.reserve(transaction, tenant, job, exceeds ? remaining : estimate.audio());
  }

  /// The error for work that exceeds the budget.
  public static Problem exceeded() {
    return new Problem(
        ProblemCode.BUDGET_EXCEEDED, "The tenant's speech budget for this month is used up.");
  }

  /// Sums the usage of a period.
  ///
  /// @param tenant null for all tenants, which is for operators
  /// @param from the first day in UTC; null for the first of this month
  /// @param to the last day in UTC, inclusive; null for today
  public List<Usage> usage(
      @Nullable TenantId tenant,
      GroupBy groupBy,
      @Nullable LocalDate from,
      @Nullable LocalDate to) {
    LocalDate today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    Instant first = from == null ? monthStart() : start(from);
    Instant until = start((to == null ? today : to).plusDays(1));
    return database.inTransaction(
        transaction -> MeterTable.sum(transaction, tenant, groupBy, first, until));
  }

  private Duration remaining(Handle transaction, TenantId tenant, long budgetSeconds) {
    return notNegative(
        Duration.ofSeconds(budgetSeconds)
            .minus(MeterTable.claimedSince(transaction, tenant, monthStart())));
  }

  private Duration unspent(Handle transaction, TenantId tenant, long budgetSeconds) {
    return Duration.ofSeconds(budgetSeconds)
        .minus(MeterTable.audioSince(transaction, tenant, monthStart()));
  }

  private static Duration notNegative(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  private Instant monthStart() {
    return start(clock.instant().atZone(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1));
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
