package parley.speech.realtime;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import parley.auth.Permission;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.speech.live.LiveSocket;
import parley.speech.live.LiveStreams;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;
import parley.web.TokenPlaces;
import parley.web.WebSocketListener;

/// Where sessions of OpenAI's Realtime API come in.
public final class RealtimeRoutes {
  private static final String BETA = "realtime=v1";

  /// The subprotocol by which clients in browsers announce the beta protocol.
  private static final String BETA_SUBPROTOCOL = "openai-beta.realtime-v1";

  private static final int MAX_MODEL = 200;

  private final LiveStreams streams;
  private final Duration maxAudio;
  private final Clock clock;

  /// @param maxAudio of one session
  public RealtimeRoutes(LiveStreams streams, Duration maxAudio, Clock clock) {
    this.streams = streams;
    this.maxAudio = maxAudio;
    this.clock = clock;
  }

  public List<Route> routes() {
    return Stream.of("/v1/realtime", "/oai/v1/realtime")
        .map(path ->
            Route.webSocket(path, Access.needs(Permission.TRANSCRIBE), this::open)
                .in(Dialect.OPENAI)
                .withTokensIn(TokenPlaces.OPENAI))
        .toList();
  }

  private WebSocketListener open(Exchange handshake) {
    if (handshake.query("intent").filter(intent -> !intent.equals("transcription")).isPresent()) {
      throw Problem.invalid("intent", "is transcription");
    }
    Optional<String> model =
        handshake.query("model").filter(name -> !name.isBlank() && name.length() <= MAX_MODEL);
    boolean beta =
        handshake.header("OpenAI-Beta").filter(BETA::equals).isPresent()
            || handshake
                .header("Sec-WebSocket-Protocol")
                .filter(offered -> offered.contains(BETA_SUBPROTOCOL))
                .isPresent();
    return LiveSocket.accept(
        streams,
        handshake.caller(),
        new RealtimeProtocol(
            model.orElse(null), beta, clock.instant().plus(maxAudio).getEpochSecond()));
  }
}
