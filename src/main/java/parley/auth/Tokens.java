package parley.auth;

import java.util.Optional;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Authenticates API keys and, if configured, the tokens of an issuer.
public record Tokens(ApiKeys keys, Optional<OidcTokens> issued) implements Authenticator {
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
