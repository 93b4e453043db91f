package parley.metering;

import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// What was used: administrators see their own tenant, operators all or the one they name.
public final class UsageRoutes {
  /// Later days have no form in RFC 3339.
  private static final int LAST_YEAR = 9999;

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
            tenant(exchange), grouping(exchange), day(exchange, "from"), day(exchange, "to")));
  }

  private static @Nullable TenantId tenant(Exchange exchange) {
    Optional<TenantId> named =
        exchange
            .query("tenant_id")
            .map(text ->
                TenantId.parse(text)
                    .orElseThrow(() ->
                        new Problem(ProblemCode.TENANT_NOT_FOUND, "There is no such tenant.")));
    if (exchange.caller().may(Permission.OPERATOR)) {
      return named.orElse(null);
    }
    TenantId own = exchange.caller().tenant();
    if (!named.orElse(own).equals(own)) {
      throw new Problem(ProblemCode.TENANT_NOT_FOUND, "There is no such tenant.");
    }
    return own;
  }

  private static GroupBy grouping(Exchange exchange) {
    return switch (exchange.query("by").orElse("tenant")) {
      case "tenant" -> GroupBy.TENANT;
      case "user" -> GroupBy.USER;
      case "day" -> GroupBy.DAY;
      default ->
          throw new Problem(ProblemCode.BAD_REQUEST, "'by' is tenant, user or day.").at("by");
    };
  }

  private static @Nullable LocalDate day(Exchange exchange, String name) {
    try {
      LocalDate day = exchange.query(name).map(LocalDate::parse).orElse(null);
      if (day == null || (day.getYear() >= 1 && day.getYear() <= LAST_YEAR)) {
        return day;
      }
    } catch (DateTimeParseException notADay) {
      // Falls through to the one refusal.
    }
    throw new Problem(ProblemCode.BAD_REQUEST, "'" + name + "' is a day as in 2026-01-31.")
        .at(name);
  }
}
