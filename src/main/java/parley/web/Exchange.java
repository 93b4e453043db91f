package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.auth.KeyWatch;
import parley.json.Json;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.paging.PageRequest;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// A request and its response, as the routes see them.
public final class Exchange {
  /// Enough for all requests whose route does not set another limit.
  private static final int MAX_JSON_BYTES = 16 * 1024;

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final Map<String, String> parameters;
  private final @Nullable Caller caller;
  private final Claim claim;
  private final WebSockets sockets;
  private final KeyWatch.@Nullable Use use;
  private final RequestBody requestBody;
  private final ResponseBody responseBody;

  /// The owner of the request and its reservations.
  ///
  /// @param held memory, released when the request is done
  /// @param tokens where the client put its token
  record Claim(
      ResourceLimiter.Owner owner,
      ResourceLimiter.Reservation held,
      TrustedProxies proxies,
      TokenPlaces tokens) {}

  Exchange(
      HttpServletRequest request,
      HttpServletResponse response,
      Map<String, String> parameters,
      @Nullable Caller caller,
      Claim claim,
      WebSockets sockets,
      KeyWatch.@Nullable Use use) {
    this.request = request;
    this.response = response;
    this.parameters = parameters;
    this.caller = caller;
    this.claim = claim;
    this.sockets = sockets;
    this.use = use;
    this.requestBody = new RequestBody(request, claim.held(), use);
    this.responseBody = new ResponseBody(response, claim.held(), use);
  }

  public String method() {
    return request.getMethod();
  }

  /// The URL by which the client reached this server, such as `http://127.0.0.1:8080`, according to
  /// its `Host` header or to a trusted proxy. Only for responses to this client.
  public URI origin() {
    return RequestOrigin.of(request, claim.proxies());
  }

  /// The id of the request, as in the header `X-Request-Id` of its response.
  public String requestId() {
    return String.valueOf(response.getHeader("X-Request-Id"));
  }

  /// The caller. Not for open routes, which have none.
  public Caller caller() {
    if (caller == null) {
      throw new IllegalStateException("an open route has no caller");
    }
    return caller;
  }

  /// Parses a path parameter; throws `otherwise` if `parse` returns empty.
  public <T> T path(String name, Function<String, Optional<T>> parse, ProblemCode otherwise) {
    return parse
        .apply(parameters.getOrDefault(name, ""))
        .orElseThrow(
            () -> new Problem(otherwise, "There is no such " + name.replace("_id", "") + "."));
  }

  /// Throws TOKEN_INVALID if the caller's key is known to have ended. For requests that wait.
  public void requireRights() {
    if (use != null) {
      use.require();
    }
  }

  /// Like [#requireRights], but checks the database. For requests that took long to arrive, before
  /// they take effect.
  public void requireRightsNow() {
    if (use != null) {
      use.requireNow();
    }
  }

  public Optional<String> query(String name) {
    return Optional.ofNullable(request.getParameter(name));
  }

  /// All values of a repeatable query parameter, in order.
  public List<String> queryAll(String name) {
    String[] values = request.getParameterValues(name);
    return values == null ? List.of() : List.of(values);
  }

  /// An integer query parameter.
  ///
  /// @throws Problem BAD_REQUEST unless it is a whole number from `min` to `max`
  public int query(String name, int otherwise, int min, int max) {
    return query(name).map(text -> Parameters.integer(name, text, min, max)).orElse(otherwise);
  }

  /// A boolean query parameter, false by default.
  ///
  /// @throws Problem BAD_REQUEST for anything but true and false
  public boolean queryFlag(String name) {
    return query(name).map(text -> Parameters.flag(name, text)).orElse(false);
  }

  /// Which page of a list the query asks for, by its parameters `cursor` and `limit`.
  public PageRequest pageRequest() {
    return new PageRequest(query("cursor").map(Cursor::parse).orElse(Cursor.START), pageLimit());
  }

  /// How many entries of a list the query asks for.
  public int pageLimit() {
    return query("limit", Page.DEFAULT_LIMIT, 1, Page.MAX_LIMIT);
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  /// The body as it arrives. Reading blocks, and throws IOException when the client has gone.
  public InputStream body() throws IOException {
    return requestBody.stream();
  }

  public Optional<String> contentType() {
    return Optional.ofNullable(request.getContentType());
  }

  /// Parses the body as JSON.
  ///
  /// @throws Problem BAD_JSON or BAD_VALUE if it does not match the type, BODY_TOO_LARGE beyond 16
  ///   KiB
  public <T> T json(Class<T> type) throws IOException {
    return json(type, MAX_JSON_BYTES);
  }

  /// As above, with another limit in bytes.
  public <T> T json(Class<T> type, int maxBytes) throws IOException {
    return requestBody.json(wholeBody(maxBytes), type);
  }

  /// Like [#json(Class)]; empty if the request has no body.
  public <T> Optional<T> jsonIfAny(Class<T> type) throws IOException {
    byte[] bytes = wholeBody(MAX_JSON_BYTES);
    return bytes.length == 0 ? Optional.empty() : Optional.of(requestBody.json(bytes, type));
  }

  /// Reads the whole body into memory, which is reserved before the first byte is read.
  ///
  /// @throws Problem RATE_LIMITED or UNAVAILABLE if there is not enough memory, BODY_TOO_LARGE
  ///   beyond `maxBytes`, REQUEST_TIMEOUT if it arrives too slowly
  public byte[] wholeBody(int maxBytes) throws IOException {
    return requestBody.whole(maxBytes);
  }

  /// Reserves memory until the request is done.
  ///
  /// @throws Problem RATE_LIMITED or UNAVAILABLE if there is not enough
  void reserve(long bytes) {
    claim.held().reserve(bytes);
  }

  /// Reserves memory for the objects of stored JSON, until the request is done. A key always gets
  /// it that holds nothing else, however long the JSON is.
  ///
  /// @throws Problem RATE_LIMITED or UNAVAILABLE if there is not enough
  public void reserveFor(String json) {
    claim.held().reserveAtMostThird(JsonText.memory(json));
  }

  /// Like [#reserve], but returns false instead of throwing.
  boolean tryReserve(long bytes) {
    return claim.held().tryReserve(bytes);
  }

  public Exchange setHeader(String name, String value) {
    response.setHeader(name, value);
    return this;
  }

  private record DataAnswer(Object data) {}

  private record PageAnswer(List<?> data, PageMeta meta) {}

  private record PageMeta(@Nullable Long total, @Nullable String nextCursor) {}

  /// Responds with `{"data": …}`.
  public void data(int status, Object data) {
    json(status, new DataAnswer(data));
  }

  /// Responds with `{"data": […], "meta": {"total", "next_cursor"}}`.
  public void page(Page<?> page) {
    Cursor next = page.next();
    json(
        200,
        new PageAnswer(
            page.items(), new PageMeta(page.total(), next == null ? null : next.word())));
  }

  /// Responds with the object as JSON.
  public void json(int status, Object body) {
    text(status, "application/json;charset=utf-8", Json.write(body));
  }

  /// Responds with text. It is sent after the handler has returned, so that clients see all effects
  /// of the request, and later failures can still change the response.
  public void text(int status, String contentType, String text) {
    responseBody.text(status, contentType, text);
  }

  /// Responds with bytes that all such responses share, so that no memory is reserved for them.
  public void constant(int status, String contentType, byte[] bytes) {
    responseBody.constant(status, contentType, bytes);
  }

  /// Upgrades to a WebSocket; `open` may throw a Problem to refuse the handshake.
  void upgrade(Route.Opening open) throws IOException {
    WebSockets.check(request);
    WebSocketListener listener = open.listener(this);
    sockets.upgrade(
        request, response, requestId(), claim.owner(), listener, claim.tokens(), caller);
  }

  /// Sends the response unless it was streamed.
  void send() throws IOException {
    responseBody.send();
  }

  /// Responds without a body.
  public void empty(int status) {
    response.setStatus(status);
  }

  /// Starts a response of `length` bytes and returns the stream to write them to.
  public OutputStream stream(int status, String contentType, long length) throws IOException {
    return responseBody.stream(status, contentType, length);
  }

  /// A response of server-sent events, which begins with the first of them.
  public EventStream events() {
    return new EventStream(responseBody::events, requestId());
  }

  /// The source of a response's bytes.
  @FunctionalInterface
  public interface Source {
    /// Opens the bytes; the caller closes the stream.
    InputStream open() throws IOException;
  }

  /// Responds with `length` bytes of a source, which is not opened for HEAD.
  public void bytes(int status, String contentType, long length, Source source) throws IOException {
    if (method().equals("HEAD") || length == 0) {
      stream(status, contentType, length);
      return;
    }
    // Opened before anything is sent, so that a failure can still get its own response.
    try (InputStream in = source.open()) {
      in.transferTo(stream(status, contentType, length));
    }
  }

  /// Responds with `length` bytes of a file from `offset` on, copied by the kernel if the
  /// connection supports it. The file must not shrink before the response is sent, but may be
  /// deleted once it has started.
  public void file(int status, String contentType, Path file, long offset, long length)
      throws IOException {
    FileBody range = new FileBody(file, offset, length);
    // Checked before anything is sent, so that a missing file can still get its own response.
    range.requireWhole();
    OutputStream out = stream(status, contentType, length);
    if (method().equals("HEAD") || length == 0) {
      return;
    }
    if (range.sendByKernel(request)) {
      sockets.watchSending(request, caller);
    } else {
      range.copyTo(out);
    }
  }
}
