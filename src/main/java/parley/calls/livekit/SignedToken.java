package parley.calls.livekit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.Optional;

/// JSON Web Tokens as used by LiveKit: signed with the API secret by HS256.
final class SignedToken {
  private SignedToken() {}

  static String sign(JWTClaimsSet claims, String secret) {
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
      token.sign(new MACSigner(secret));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign with LiveKit's secret", e);
    }
  }

  /// Returns the claims if the token was signed with this secret, otherwise empty. The caller
  /// checks expiry.
  static Optional<JWTClaimsSet> claims(String token, String secret) {
    try {
      SignedJWT signed = SignedJWT.parse(token);
      return signed.getHeader().getAlgorithm().equals(JWSAlgorithm.HS256)
              && signed.verify(new MACVerifier(secret))
          ? Optional.of(signed.getJWTClaimsSet())
          : Optional.empty();
    } catch (ParseException | JOSEException notOurs) {
      return Optional.empty();
    }
  }
}
