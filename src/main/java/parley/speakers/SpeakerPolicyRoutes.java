package parley.speakers;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.auth.Permission;
import parley.problem.Dialect;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// The routes of a tenant's speaker policy.
public final class SpeakerPolicyRoutes {
  private static final String PATH = "/v1/modules/scaiecho/speaker-policy";

  private final SpeakerPolicies policies;

  public SpeakerPolicyRoutes(SpeakerPolicies policies) {
    this.policies = policies;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.ECHO_ADMIN);
    return List.of(
        Route.get(PATH, access, this::show).in(Dialect.ECHO),
        Route.patch(PATH, access, this::change).in(Dialect.ECHO));
  }

  /// The fields of a PATCH; omitted ones stay unchanged.
  record Change(
      @Nullable Boolean enrolment,
      SpeakerPolicy.@Nullable Naming naming,
      @Nullable Boolean anonymous,
      SpeakerPolicy.@Nullable ConsentReading consentReading,
      @Nullable Boolean retainReference,
      @Nullable Integer maxAgeDays) {
    SpeakerPolicy of(SpeakerPolicy before) {
      return new SpeakerPolicy(
          enrolment == null ? before.enrolment() : enrolment,
          naming == null ? before.naming() : naming,
          anonymous == null ? before.anonymous() : anonymous,
          consentReading == null ? before.consentReading() : consentReading,
          retainReference == null ? before.retainReference() : retainReference,
          maxAgeDays == null ? before.maxAgeDays() : maxAgeDays);
    }
  }

  private void show(Exchange exchange) {
    exchange.data(200, policies.of(exchange.caller().tenant()));
  }

  private void change(Exchange exchange) throws IOException {
    Change change = exchange.json(Change.class);
    exchange.data(200, policies.change(exchange.caller(), change::of));
  }
}
