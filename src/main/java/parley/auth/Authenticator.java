package parley.auth;

/// Identifies the caller by a token.
public interface Authenticator {
  /// @throws Problem TOKEN_INVALID or TOKEN_EXPIRED
  Caller authenticate(String token);
}
