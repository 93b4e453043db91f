package parley.nodes;

import java.io.IOException;
import java.util.List;
import parley.auth.Permission;
import parley.paging.Page;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Lists the nodes that run; for operators.
public final class NodeRoutes {
  private final Nodes nodes;

  public NodeRoutes(Nodes nodes) {
    this.nodes = nodes;
  }

  public List<Route> routes() {
    return List.of(Route.get("/v1/admin/nodes", Access.needs(Permission.OPERATOR), this::list));
  }

  private void list(Exchange exchange) throws IOException {
    exchange.page(Page.whole(nodes.running()));
  }
}
