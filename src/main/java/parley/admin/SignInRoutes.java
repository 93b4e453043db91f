package parley.admin;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// `GET /v1/sign-in`: where people without an API key sign in, for anyone who asks.
public final class SignInRoutes {
  private final Optional<Client> client;

  /// @param client empty if the console takes only keys
  public SignInRoutes(Optional<Client> client) {
    this.client = client;
  }

  /// The console as a public client of an OpenID Connect issuer.
  ///
  /// @param scope what it asks for, separated by spaces
  /// @param resource whose token it asks for (RFC 8707), if the issuer wants to be told
  public record Client(URI issuer, String clientId, String scope, @Nullable URI resource) {
    /// A client that asks for tokens of an audience. Only one that is an absolute URI can be asked
    /// for (RFC 8707, section 2).
    public static Client of(URI issuer, String clientId, String scope, String audience) {
      return new Client(
          issuer, clientId, scope, audience.contains("://") ? URI.create(audience) : null);
    }
  }

  record SignIn(@Nullable Client oidc) {}

  public List<Route> routes() {
    return List.of(Route.get("/v1/sign-in", Access.open(), this::show));
  }

  private void show(Exchange exchange) {
    exchange.setHeader("Cache-Control", "no-cache").data(200, new SignIn(client.orElse(null)));
  }
}
