package parley.audit;

import java.io.IOException;
import java.util.List;
import parley.auth.Permission;
import parley.tenants.TenantId;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// The audit log of the caller's tenant, or for operators of the requested one.
public final class AuditRoutes {
  private final AuditTrail trail;

  public AuditRoutes(AuditTrail trail) {
    this.trail = trail;
  }

  public List<Route> routes() {
    return List.of(Route.get("/v1/admin/audit", Access.needs(Permission.ADMIN), this::list));
  }

  private void list(Exchange exchange) throws IOException {
    TenantId tenant = exchange.caller().tenant(exchange.query("tenant_id"));
    exchange.page(trail.list(tenant, exchange.pageRequest()));
  }
}
