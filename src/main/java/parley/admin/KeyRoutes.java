package parley.admin;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.auth.ApiKeys;
import parley.auth.KeyId;
import parley.auth.Permission;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.tenants.Tenants;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Creates, lists and revokes API keys of the caller's tenant, or for operators of the requested
/// one.
public final class KeyRoutes {
  private final ApiKeys keys;
  private final Tenants tenants;

  public KeyRoutes(ApiKeys keys, Tenants tenants) {
    this.keys = keys;
    this.tenants = tenants;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.ADMIN);
    return List.of(
        Route.get("/v1/admin/keys", access, this::list),
        Route.post("/v1/admin/keys", access, this::create),
        Route.delete("/v1/admin/keys/{key_id}", access, this::revoke));
  }

  /// The request for a new key.
  ///
  /// @param tenantId for operators; the caller's own tenant by default
  /// @param user the name of the key's user, who is created if necessary
  record NewKey(
      @Nullable String tenantId,
      @Nullable String user,
      @Nullable String name,
      @Nullable Set<String> permissions,
      @Nullable Instant expiresAt) {}

  private void list(Exchange exchange) throws IOException {
    TenantId tenant = tenant(exchange, exchange.query("tenant_id").orElse(null));
    exchange.page(
        keys.list(tenant, exchange.pageRequest()).map(listed -> KeyView.of(listed, null)));
  }

  private void create(Exchange exchange) throws IOException {
    NewKey request = exchange.json(NewKey.class);
    TenantId tenant = tenant(exchange, request.tenantId);
    Set<Permission> permissions =
        request.permissions == null
            ? Set.of()
            : request.permissions.stream()
                .map(Permission::parse)
                .collect(Collectors.toUnmodifiableSet());
    if (permissions.contains(Permission.OPERATOR) && !exchange.caller().may(Permission.OPERATOR)) {
      throw new Problem(
          ProblemCode.PERMISSION_DENIED, "Only an operator may create an operator's key.");
    }
    String user = request.user == null ? "" : request.user;
    ApiKeys.Created created =
        keys.create(
            tenant, user, request.name == null ? "" : request.name, permissions, request.expiresAt);
    KeyView view = KeyView.of(new ApiKeys.Listed(created.key(), user), created.secret());
    exchange.setHeader("Cache-Control", "no-store").data(201, view);
  }

  private void revoke(Exchange exchange) {
    TenantId tenant = tenant(exchange, exchange.query("tenant_id").orElse(null));
    keys.revoke(tenant, exchange.path("key_id", KeyId::parse, ProblemCode.KEY_NOT_FOUND));
    exchange.empty(204);
  }

  private TenantId tenant(Exchange exchange, @Nullable String named) {
    TenantId own = exchange.caller().tenant();
    if (named == null || named.equals(own.toString())) {
      return own;
    }
    if (!exchange.caller().may(Permission.OPERATOR)) {
      throw new Problem(ProblemCode.TENANT_NOT_FOUND, "There is no such tenant.");
    }
    return tenants.named(named).id();
  }
}
