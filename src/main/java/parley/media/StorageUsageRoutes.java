package parley.media;

import java.io.IOException;
import java.util.List;
import parley.auth.Permission;
import parley.storage.Blobs;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// How much the caller's tenant stores, or for operators the requested one.
public final class StorageUsageRoutes {
  private static final int DEFAULT_DAYS = 30;
  private static final int MAX_DAYS = 366;

  private final Blobs blobs;

  public StorageUsageRoutes(Blobs blobs) {
    this.blobs = blobs;
  }

  public List<Route> routes() {
    return List.of(Route.get("/v1/admin/storage", Access.needs(Permission.ADMIN), this::usage));
  }

  private void usage(Exchange exchange) throws IOException {
    int days = exchange.query("days", DEFAULT_DAYS, 1, MAX_DAYS);
    exchange.data(200, blobs.usage(exchange.caller().tenant(exchange.query("tenant_id")), days));
  }
}
