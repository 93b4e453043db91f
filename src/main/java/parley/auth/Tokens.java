package parley.auth;

import java.util.Optional;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Authenticates API keys and, if configured, the tokens of an issuer.
public final class Tokens implements Authenticator {
  private final ApiKeys keys;
  private final Optional<OidcTokens> issued;

  public Tokens(ApiKeys keys, Optional<OidcTokens> issued) {
    this.keys = keys;
    this.issued = issued;
  }

  @Override
  public Caller authenticate(String token) {
    if (token.startsWith(ApiKeySecret.PREFIX)) {
      return keys.authenticate(token);
    }
    return issued
        .orElseThrow(() -> new Problem(ProblemCode.TOKEN_INVALID, "The token is not valid."))
        .authenticate(token);
  }
}
