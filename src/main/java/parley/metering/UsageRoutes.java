package parley.metering;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.problem.Problem;
import parley.tenants.TenantId;
import parley.text.Parsed;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// The usage of the caller's tenant; for operators that of all tenants or of the requested one.
public final class UsageRoutes {
  /// RFC 3339 cannot express later days.
  private static final int MAX_YEAR = 9999;

  private final Meter meter;

  public UsageRoutes(Meter meter) {
    this.meter = meter;
  }

  public List<Route> routes() {
    return List.of(Route.get("/v1/admin/usage", Access.needs(Permission.ADMIN), this::usage));
  }

  private void usage(Exchange exchange) throws IOException {
    exchange.data(
        200,
        meter.usage(
            tenant(exchange), groupBy(exchange), day(exchange, "from"), day(exchange, "to")));
  }

  private static @Nullable TenantId tenant(Exchange exchange) {
    Optional<String> requested = exchange.query("tenant_id");
    return requested.isEmpty() && exchange.caller().may(Permission.OPERATOR)
        ? null
        : exchange.caller().tenant(requested);
  }

  private static GroupBy groupBy(Exchange exchange) {
    return switch (exchange.query("by").orElse("tenant")) {
      case "tenant" -> GroupBy.TENANT;
      case "user" -> GroupBy.USER;
      case "day" -> GroupBy.DAY;
      default -> throw Problem.badRequest("by", "must be tenant, user or day");
    };
  }

  private static @Nullable LocalDate day(Exchange exchange, String name) {
    return exchange
        .query(name)
        .map(text ->
            Parsed.of(text, LocalDate::parse)
                .filter(day -> day.getYear() >= 1 && day.getYear() <= MAX_YEAR)
                .orElseThrow(() -> Problem.badRequest(name, "must be a day such as 2026-01-31")))
        .orElse(null);
  }
}
