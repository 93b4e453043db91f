package parley.metering;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
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
/// A budget is so much audio in each calendar month of UTC. What was done counts, not what was
/// asked for: jobs that run at the same moment may together go beyond it, by as much as they bring.
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
  public void record(Handle transaction, SpeechCall call) {
    table.insert(transaction, call);
  }

  /// How much audio the tenant may still have transcribed this month; never negative, empty without
  /// a budget.
  public Optional<Duration> left(TenantId tenant) {
    return database.inTransaction(transaction -> {
      Long budget = tenants.find(transaction, tenant).map(Tenant::speechBudgetSeconds).orElse(null);
      if (budget == null) {
        return Optional.empty();
      }
      Duration left =
          Duration.ofSeconds(budget).minus(table.audioSince(transaction, tenant, monthStart()));
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    });
  }

  /// Throws BUDGET_EXCEEDED when nothing is left of the tenant's budget.
  public void check(TenantId tenant) {
    if (left(tenant).map(Duration::isZero).orElse(false)) {
      throw exceeded();
    }
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
      Grouping grouping,
      @Nullable LocalDate from,
      @Nullable LocalDate to) {
    LocalDate today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    Instant first = from == null ? monthStart() : start(from);
    Instant until = start((to == null ? today : to).plusDays(1));
    return database.inTransaction(
        transaction -> table.sum(transaction, tenant, grouping, first, until));
  }

  private Instant monthStart() {
    return start(clock.instant().atZone(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1));
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
