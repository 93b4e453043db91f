package parley.speech.deepgram;

import java.time.Clock;
import java.util.List;
import parley.auth.Permission;
import parley.problem.Dialect;
import parley.speech.live.LiveSocket;
import parley.speech.live.LiveStreams;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;
import parley.web.TokenPlaces;
import parley.web.WebSocketListener;

/// Streams in Deepgram's dialect.
public final class DeepgramLiveRoutes {
  private final LiveStreams streams;
  private final Clock clock;

  public DeepgramLiveRoutes(LiveStreams streams, Clock clock) {
    this.streams = streams;
    this.clock = clock;
  }

  public List<Route> routes() {
    return List.of(
        Route.webSocket("/v1/listen", Access.needs(Permission.TRANSCRIBE), this::open)
            .in(Dialect.DEEPGRAM)
            .withTokensIn(TokenPlaces.DEEPGRAM));
  }

  private WebSocketListener open(Exchange handshake) {
    LiveListenOptions options =
        LiveListenOptions.parse(new ListenIntake(handshake), handshake.caller());
    return LiveSocket.accept(
        streams,
        handshake.caller(),
        new ListenProtocol(options, handshake.requestId(), clock.instant()));
  }
}
