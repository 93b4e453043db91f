package parley.calls.livekit;

import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import parley.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Tells LiveKit's webhooks from anybody else's: the header `Authorization` is a token, without
/// `Bearer`, signed with the API secret, that names the API key and the SHA-256 of the raw body.
public final class WebhookSeal {
  /// How old a webhook may be: as long as LiveKit's tokens for them are valid.
  public static final Duration OLDEST = Duration.ofMinutes(5);

  /// Two machines' clocks differ by some seconds.
  private static final Duration LEEWAY = Duration.ofSeconds(30);

  private final LiveKitSettings settings;
  private final Clock clock;

  public WebhookSeal(LiveKitSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /// What LiveKit sealed not long ago, before its body is known.
  public final class Sealed {
    private final String hash;

    private Sealed(String hash) {
      this.hash = hash;
    }

    /// The webhook, when this is the body that was sealed; empty for anything else.
    public Optional<Webhook> open(byte[] body) {
      return isOf(hash, body) ? read(body) : Optional.empty();
    }
  }

  /// Looks at the token alone; empty when it is not LiveKit's, or not of now.
  public Optional<Sealed> check(String authorization) {
    return SignedToken.claims(authorization.strip(), settings.secret())
        .filter(claims -> settings.key().equals(claims.getIssuer()))
        .filter(this::isValidNow)
        .flatMap(claims ->
            claims.getClaim("sha256") instanceof String hash
                ? Optional.of(new Sealed(hash))
                : Optional.empty());
  }

  private static boolean isOf(String hash, byte[] body) {
    return MessageDigest.isEqual(
        hash.getBytes(StandardCharsets.UTF_8),
        Base64.getEncoder().encodeToString(sha256(body)).getBytes(StandardCharsets.UTF_8));
  }

  private boolean isValidNow(JWTClaimsSet claims) {
    Instant now = clock.instant();
    Date end = claims.getExpirationTime();
    Date begin = claims.getNotBeforeTime();
    return end != null
        && now.isBefore(end.toInstant().plus(LEEWAY))
        && (begin == null || !now.plus(LEEWAY).isBefore(begin.toInstant()));
  }

  private Optional<Webhook> read(byte[] body) {
    try {
      JsonNode event = Json.tree(body);
      Instant created =
          Instant.ofEpochSecond(Long.parseLong(event.path("createdAt").asString("0")));
      String id = event.path("id").asString("");
      // PostgreSQL keeps no text with a zero in it.
      boolean noId = id.isEmpty() || id.indexOf('\0') >= 0;
      if (noId || clock.instant().isAfter(created.plus(OLDEST).plus(LEEWAY))) {
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
    } catch (JacksonException | NumberFormatException notAnEvent) {
      return Optional.empty();
    }
  }

  private static byte[] sha256(byte[] body) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
