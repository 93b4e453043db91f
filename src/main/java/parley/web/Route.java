package parley.web;

import java.io.IOException;
import parley.problem.Dialect;

/// One method on one path.
///
/// @param template the path as openapi.yaml writes it, such as `/v1/media/{media_id}/info`
/// @param dialect the shape of its refusals
public record Route(
    String method, String template, Access access, Handler handler, Dialect dialect) {
  private Route(String method, String template, Access access, Handler handler) {
    this(method, template, access, handler, Dialect.WAVE);
  }

  /// The same route, whose refusals are in another dialect than WAVE.
  public Route in(Dialect other) {
    return new Route(method, template, access, handler, other);
  }

  /// Answers one request. It may throw a Problem, which the edge renders.
  @FunctionalInterface
  public interface Handler {
    void handle(Exchange exchange) throws IOException;
  }

  /// A WebSocket. `open` makes the listener of a new connection before it is accepted; a Problem it
  /// throws is the HTTP answer to the handshake. The token may also come as `?token=`, because a
  /// browser's WebSocket cannot send headers.
  public static Route webSocket(String template, Access access, Opening open) {
    return get(template, access, exchange -> exchange.upgrade(open));
  }

  /// Makes the listener of a WebSocket from its handshake.
  @FunctionalInterface
  public interface Opening {
    WebSocketListener listener(Exchange handshake) throws IOException;
  }

  public static Route get(String template, Access access, Handler handler) {
    return new Route("GET", template, access, handler);
  }

  public static Route post(String template, Access access, Handler handler) {
    return new Route("POST", template, access, handler);
  }

  public static Route put(String template, Access access, Handler handler) {
    return new Route("PUT", template, access, handler);
  }

  public static Route patch(String template, Access access, Handler handler) {
    return new Route("PATCH", template, access, handler);
  }

  public static Route delete(String template, Access access, Handler handler) {
    return new Route("DELETE", template, access, handler);
  }
}
