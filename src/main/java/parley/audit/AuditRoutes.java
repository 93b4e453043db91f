package parley.audit;

import java.io.IOException;
import java.util.List;
import parley.auth.Permission;
import parley.paging.Cursor;
import parley.paging.Page;
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
    int limit = exchange.query("limit", Page.DEFAULT_LIMIT, 1, Page.MAX_LIMIT);
    Cursor after = exchange.query("cursor").map(Cursor::parse).orElse(null);
    List<AuditEvent> found =
        trail.list(exchange.caller().tenant(exchange.query("tenant_id")), after, limit + 1);
    exchange.page(Page.of(found, limit, event -> new Cursor(event.at(), event.id())));
  }
}
