package parley.calls.livekit;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes LiveKit's tokens: what a client connects with, and what this server asks with.
/// https://docs.livekit.io/home/get-started/authentication/
public final class LiveKitTokens {
  /// Only for the length of one request.
  private static final Duration SERVICE_VALID = Duration.ofMinutes(1);

  /// Two machines' clocks differ by some seconds.
  private static final Duration LEEWAY = Duration.ofSeconds(10);

  private final LiveKitSettings settings;
  private final Clock clock;

  public LiveKitTokens(LiveKitSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /// Lets one participant into one room that exists, and nothing else.
  ///
  /// @param name what the others are shown
  /// @param withVideo whether pictures may be sent and not sound alone
  public String forParticipant(String room, String identity, String name, boolean withVideo) {
    Map<String, Object> grant = new LinkedHashMap<>();
    grant.put("roomJoin", true);
    grant.put("room", room);
    grant.put("roomCreate", false);
    grant.put("canSubscribe", true);
    grant.put("canPublish", true);
    grant.put("canPublishData", true);
    if (!withVideo) {
      grant.put("canPublishSources", List.of("microphone"));
    }
    return signed(identity, name, grant, settings.tokenValid());
  }

  /// Lets this server look after rooms.
  String forService(String room) {
    Map<String, Object> grant = new LinkedHashMap<>();
    grant.put("roomCreate", true);
    grant.put("roomList", true);
    grant.put("roomAdmin", true);
    grant.put("roomRecord", true);
    grant.put("room", room);
    return signed("", "", grant, SERVICE_VALID);
  }

  /// Lets this server into a room that is about to be closed, to hear and say nothing there.
  String forCloser(String room) {
    Map<String, Object> grant = new LinkedHashMap<>();
    grant.put("roomJoin", true);
    grant.put("roomCreate", true);
    grant.put("room", room);
    grant.put("canSubscribe", false);
    grant.put("canPublish", false);
    grant.put("canPublishData", false);
    return signed("parley", "", grant, SERVICE_VALID);
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
