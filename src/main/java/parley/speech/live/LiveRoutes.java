package parley.speech.live;

import java.util.List;
import parley.auth.Permission;
import parley.problem.Dialect;
import parley.web.Access;
import parley.web.Route;

/// Where streams come in.
public final class LiveRoutes {
  private final LiveStreams streams;

  public LiveRoutes(LiveStreams streams) {
    this.streams = streams;
  }

  public List<Route> routes() {
    return List.of(
        Route.webSocket(
                "/v1/modules/scaiecho/stream/transcribe",
                Access.needs(Permission.TRANSCRIBE),
                handshake -> LiveSocket.accept(streams, handshake.caller(), new EchoProtocol()))
            .in(Dialect.ECHO));
  }
}
