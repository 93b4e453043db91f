package parley.calls.livekit;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Issues LiveKit access tokens for clients and for this server.
/// https://docs.livekit.io/home/get-started/authentication/
public final class LiveKitTokens {
  /// Long enough for one request.
  private static final Duration SERVICE_VALID = Duration.ofMinutes(1);

  /// Tolerates clocks that differ by some seconds.
  private static final Duration LEEWAY = Duration.ofSeconds(10);

  private final LiveKitSettings settings;
  private final Clock clock;

  public LiveKitTokens(LiveKitSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /// Issues a token that only lets one participant join one existing room.
  ///
  /// @param name shown to the others
  /// @param withVideo whether they may send video in addition to audio
  public String forParticipant(String room, String identity, String name, boolean withVideo) {
    Map<String, Object> grant = new HashMap<>();
    grant.putAll(
        Map.of(
            "roomJoin", true,
            "room", room,
            "roomCreate", false,
            "canSubscribe", true,
            "canPublish", true,
            "canPublishData", true));
    if (!withVideo) {
      grant.put("canPublishSources", List.of("microphone"));
    }
    return signed(identity, name, grant, settings.tokenValid());
  }

  /// Issues a token for LiveKit's API.
  String forService(String room) {
    return signed(
        "",
        "",
        Map.of(
            "roomCreate", true,
            "roomList", true,
            "roomAdmin", true,
            "roomRecord", true,
            "room", room),
        SERVICE_VALID);
  }

  /// Issues a token for joining a room that is about to be closed, without sending or receiving
  /// media.
  String forCloser(String room) {
    return signed(
        "parley",
        "",
        Map.of(
            "roomJoin", true,
            "roomCreate", true,
            "room", room,
            "canSubscribe", false,
            "canPublish", false,
            "canPublishData", false),
        SERVICE_VALID);
  }

  private String signed(String identity, String name, Map<String, Object> grant, Duration valid) {
    Instant now = clock.instant();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(settings.key())
            .subject(identity)
            .notBeforeTime(Date.from(now.minus(LEEWAY)))
            .expirationTime(Date.from(now.plus(valid)))
            .claim("name", name.isEmpty() ? null : name)
            .claim("video", grant)
            .build();
    return SignedToken.sign(claims, settings.secret());
  }
}
