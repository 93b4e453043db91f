package parley.web;

import java.io.IOException;
import parley.problem.Dialect;

/// A method on a path.
///
/// @param template the path as in openapi.yaml, such as `/v1/media/{media_id}/info`
/// @param dialect the shape of its errors
/// @param tokens where its clients put their token
public record Route(
    String method,
    String template,
    Access access,
    Handler handler,
    Dialect dialect,
    TokenPlaces tokens) {
  private Route(String method, String template, Access access, Handler handler) {
    this(method, template, access, handler, Dialect.WAVE, TokenPlaces.PARLEY);
  }

  /// The same route with errors in another dialect than WAVE.
  public Route in(Dialect other) {
    return new Route(method, template, access, handler, other, tokens);
  }

  /// The same route for clients that put their token elsewhere.
  public Route withTokensIn(TokenPlaces places) {
    return new Route(method, template, access, handler, dialect, places);
  }

  /// Handles a request. May throw a Problem, which becomes the response.
  @FunctionalInterface
  public interface Handler {
    void handle(Exchange exchange) throws IOException;
  }

  /// A WebSocket route. `open` creates the listener before the handshake is accepted; a Problem
  /// that it throws becomes the HTTP response. The token may also be sent as `?token=`.
  public static Route webSocket(String template, Access access, Opening open) {
    return get(template, access, exchange -> exchange.upgrade(open));
  }

  /// Creates the listener of a WebSocket.
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
