package parley.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tokens of LiveKit's webhooks, of its APIs and of recorders, as real ones look.
public final class EgressTokens {
  private EgressTokens() {}

  /// The token that LiveKit sends with a webhook; it signs the raw body.
  static String seal(String body) throws GeneralSecurityException {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
    return signed(
        new JWTClaimsSet.Builder()
            .issuer(TestLiveKit.KEY)
            .notBeforeTime(Date.from(Instant.now()))
            .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))))
            .claim("sha256", Base64.getEncoder().encodeToString(hash))
            .build());
  }

  private static String signed(JWTClaimsSet claims) {
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
      token.sign(new MACSigner(TestLiveKit.SECRET));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The token of a service for the API of a room.
  static String ofAdmin(String room) {
    return signed(
        new JWTClaimsSet.Builder()
            .issuer(TestLiveKit.KEY)
            .notBeforeTime(Date.from(Instant.now()))
            .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))))
            .claim("video", Map.of("roomAdmin", true, "roomList", true, "room", room))
            .build());
  }

  /// The token with which a recorder connects to a room.
  public static String ofRecorder(String room, String identity) {
    Map<String, Object> grant =
        Map.of(
            "roomJoin", true,
            "room", room,
            "canSubscribe", true,
            "canPublish", false,
            "hidden", true,
            "recorder", true);
    return signed(
        new JWTClaimsSet.Builder()
            .issuer(TestLiveKit.KEY)
            .subject(identity)
            .notBeforeTime(Date.from(Instant.now()))
            .expirationTime(Date.from(Instant.now().plus(Duration.ofHours(24))))
            .claim("kind", "egress")
            .claim("video", grant)
            .build());
  }

  /// Whether a request to egress has a token with the permission to record.
  static boolean mayRecord(@Nullable String authorization) {
    try {
      SignedJWT token = SignedJWT.parse(String.valueOf(authorization).replaceFirst("^Bearer ", ""));
      return token.verify(new MACVerifier(TestLiveKit.SECRET))
          && Boolean.TRUE.equals(
              token.getJWTClaimsSet().getJSONObjectClaim("video").get("roomRecord"));
    } catch (ParseException | JOSEException e) {
      return false;
    }
  }
}
