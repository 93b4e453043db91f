package parley.admin;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.tenants.TenantId;
import parley.tenants.Tenants;
import parley.tenants.UserId;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// `GET /v1/me`: whose token it is and what it permits, so that a client can leave out what it may
/// not do.
public final class IdentityRoutes {
  private final Tenants tenants;

  public IdentityRoutes(Tenants tenants) {
    this.tenants = tenants;
  }

  public List<Route> routes() {
    return List.of(Route.get("/v1/me", Access.authenticated(), this::show));
  }

  /// The caller.
  ///
  /// @param permissions including those that others imply
  /// @param expiresAt of an issuer's token; null for an API key
  record Identity(
      TenantId tenantId,
      String tenant,
      UserId userId,
      String user,
      List<String> permissions,
      @Nullable Instant expiresAt) {}

  private void show(Exchange exchange) throws IOException {
    Caller caller = exchange.caller();
    exchange
        .setHeader("Cache-Control", "no-store")
        .data(
            200,
            new Identity(
                caller.tenant(),
                tenants.named(caller.tenant().toString()).name(),
                caller.user(),
                tenants.userName(caller.tenant(), caller.user()),
                Arrays.stream(Permission.values())
                    .filter(caller::may)
                    .map(Permission::text)
                    .sorted()
                    .toList(),
                caller.issuedUntil()));
  }
}
