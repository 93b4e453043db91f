package parley.calls.livekit;

import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import parley.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Verifies that webhooks come from LiveKit: the header `Authorization` contains a token, without
/// `Bearer`, that is signed with the API secret and states the API key and the SHA-256 of the raw
/// body.
public final class WebhookVerifier {
  /// Maximum age of a webhook; LiveKit's tokens for them are valid for as long.
  public static final Duration MAX_AGE = Duration.ofMinutes(5);

  /// LiveKit's ids have less than thirty characters, and PostgreSQL indexes no long ones.
  private static final int MAX_ID = 255;

  /// Tolerates clocks that differ by some seconds.
  private static final Duration LEEWAY = Duration.ofSeconds(30);

  private final LiveKitSettings settings;
  private final Clock clock;

  public WebhookVerifier(LiveKitSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /// A recent signature by LiveKit of a body that has not been read yet.
  public final class Signature {
    private final String hash;

    private Signature(String hash) {
      this.hash = hash;
    }

    /// Parses the webhook if this is the body that was signed; empty otherwise.
    public Optional<Webhook> read(byte[] body) {
      return isOf(hash, body) ? parse(body) : Optional.empty();
    }
  }

  /// Verifies the token alone; empty if it is not LiveKit's or not valid now.
  public Optional<Signature> verify(String authorization) {
    return SignedToken.claims(authorization.strip(), settings.secret())
        .filter(claims -> settings.key().equals(claims.getIssuer()))
        .filter(this::isValidNow)
        .flatMap(claims ->
            claims.getClaim("sha256") instanceof String hash
                ? Optional.of(new Signature(hash))
                : Optional.empty());
  }

  private static boolean isOf(String hash, byte[] body) {
    return MessageDigest.isEqual(
        hash.getBytes(StandardCharsets.UTF_8),
        Base64.getEncoder()
            .encodeToString(DigestUtils.sha256(body))
            .getBytes(StandardCharsets.UTF_8));
  }

  private boolean isValidNow(JWTClaimsSet claims) {
    Instant now = clock.instant();
    Date end = claims.getExpirationTime();
    Date begin = claims.getNotBeforeTime();
    return end != null
        && now.isBefore(end.toInstant().plus(LEEWAY))
        && (begin == null || !now.plus(LEEWAY).isBefore(begin.toInstant()));
  }

  private Optional<Webhook> parse(byte[] body) {
    try {
      JsonNode event = Json.tree(body);
      Instant created =
          Instant.ofEpochSecond(Long.parseLong(event.path("createdAt").asString("0")));
      String id = event.path("id").asString("");
      // PostgreSQL cannot store a NUL.
      boolean noId = id.isEmpty() || id.length() > MAX_ID || id.indexOf('\0') >= 0;
      if (noId || clock.instant().isAfter(created.plus(MAX_AGE).plus(LEEWAY))) {
        return Optional.empty();
      }
      return Optional.of(
          new Webhook(
              id,
              event.path("event").asString(""),
              event
                  .path("room")
                  .path("name")
                  .asString(event.path("egressInfo").path("roomName").asString("")),
              Optional.of(event.path("egressInfo"))
                  .filter(JsonNode::isObject)
                  .map(EgressInfo::of)));
    } catch (JacksonException | NumberFormatException | DateTimeException notAnEvent) {
      return Optional.empty();
    }
  }
}
