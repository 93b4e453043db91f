package parley.auth;

/// Tells who a token belongs to.
public interface Authenticator {
  /// Throws the problem TOKEN_INVALID or TOKEN_EXPIRED when it belongs to nobody.
  Caller authenticate(String token);
}
