package parley.speech;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.problem.Dialect;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Reading and setting a tenant's policy.
public final class TenantPolicyRoutes {
  private static final String PATH = "/v1/modules/scaiecho/tenant-policy";

  private final TenantPolicies policies;

  public TenantPolicyRoutes(TenantPolicies policies) {
    this.policies = policies;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.ECHO_ADMIN);
    return List.of(
        Route.get(PATH, access, this::show).in(Dialect.ECHO),
        Route.put(PATH, access, this::put).in(Dialect.ECHO));
  }

  /// What a PUT changes; what it leaves out stays as it is, except for a default that is not
  /// allowed any more: where one backend is, nothing else can be meant.
  record Change(
      @Nullable AllowedBackends allowedBackends,
      @Nullable Backend defaultBackend,
      @Nullable Boolean retainAudio) {
    TenantPolicy of(TenantPolicy before) {
      AllowedBackends allowed =
          allowedBackends == null ? before.allowedBackends() : allowedBackends;
      return new TenantPolicy(
          allowed,
          defaultBackend == null
              ? allowed.startingWith(before.defaultBackend()).getFirst()
              : defaultBackend,
          retainAudio == null ? before.retainAudio() : retainAudio);
    }
  }

  private void show(Exchange exchange) throws IOException {
    exchange.data(200, policies.of(exchange.caller().tenant()));
  }

  private void put(Exchange exchange) throws IOException {
    Change change = exchange.json(Change.class);
    exchange.data(200, policies.change(exchange.caller().tenant(), change::of));
  }
}
