package parley.admin;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.auth.ApiKey;
import parley.auth.ApiKeys;
import parley.auth.KeyId;
import parley.auth.Permission;
import parley.paging.Page;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.TenantId;
import parley.tenants.Tenants;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Making, listing and revoking keys: administrators those of their own tenant, operators those of
/// the tenant they name.
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

  /// A key to be made.
  ///
  /// @param tenantId for operators; without it, the caller's own tenant
  /// @param user whose key it is; made on first mention
  record Wanted(
      @Nullable String tenantId,
      @Nullable String user,
      @Nullable String name,
      @Nullable Set<String> permissions,
      @Nullable Instant expiresAt) {}

  private void list(Exchange exchange) throws IOException {
    TenantId tenant = tenant(exchange, exchange.query("tenant_id").orElse(null));
    exchange.page(Page.whole(keys.list(tenant)).map(KeyRoutes::view));
  }

  private void create(Exchange exchange) throws IOException {
    Wanted wanted = exchange.json(Wanted.class);
    TenantId tenant = tenant(exchange, wanted.tenantId);
    Set<Permission> permissions =
        wanted.permissions == null
            ? Set.of()
            : wanted.permissions.stream()
                .map(Permission::parse)
                .collect(Collectors.toUnmodifiableSet());
    if (permissions.contains(Permission.OPERATOR) && !exchange.caller().may(Permission.OPERATOR)) {
      throw new Problem(
          ProblemCode.PERMISSION_DENIED, "Only an operator may make an operator's key.");
    }
    String user = wanted.user == null ? "" : wanted.user;
    ApiKeys.Created created =
        keys.create(
            tenant, user, wanted.name == null ? "" : wanted.name, permissions, wanted.expiresAt);
    Map<String, Object> view = view(new ApiKeys.Listed(created.key(), user));
    view.put("key", created.secret().text());
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

  private static Map<String, Object> view(ApiKeys.Listed listed) {
    ApiKey key = listed.key();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", key.id().toString());
    view.put("tenant_id", key.tenant().toString());
    view.put("user_id", key.user().toString());
    view.put("user", listed.user());
    view.put("name", key.name());
    view.put("permissions", key.permissions().stream().map(Permission::text).sorted().toList());
    view.put("created_at", key.createdAt());
    view.put("expires_at", key.expiresAt());
    view.put("last_used_at", key.lastUsedAt());
    return view;
  }
}
