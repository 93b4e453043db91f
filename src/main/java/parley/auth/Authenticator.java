package parley.auth;

/// Identifies the caller by a token.
public interface Authenticator {
  /// Returns the caller to whom the token belongs.
  ///
  /// @throws Problem TOKEN_INVALID or TOKEN_EXPIRED
  Caller authenticate(String token);
}
