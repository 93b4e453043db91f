package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// One request and its answer, as the routes see them.
public final class Exchange {
  /// More than any request means whose route does not say that it takes more.
  private static final int MAX_JSON_BYTES = 16 * 1024;

  /// Answers up to this size are not counted: their connection's buffers hold half of one.
  private static final int SMALL_ANSWER_BYTES = 16 * 1024;

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final Map<String, String> parameters;
  private final @Nullable Caller caller;
  private final Claim claim;
  private final WebSockets sockets;
  private final KeyWatch.@Nullable Use use;
  private final RequestBody requestBody;
  private byte @Nullable [] body;
  private boolean bodyIsShared;

  /// Whose request it is, and what it takes of the memory.
  ///
  /// @param held given back when it is answered
  record Claim(ResourceLimiter.Owner owner, ResourceLimiter.Reservation held, TrustedProxies proxies) {}

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
  }

  public String method() {
    return request.getMethod();
  }

  /// The address by which the client reached this server, such as `http://127.0.0.1:8080`,
  /// according to its `Host` header or to a trusted proxy. Only to be shown to this client.
  public URI origin() {
    return RequestOrigin.of(request, claim.proxies());
  }

  /// The caller. Only for routes that need a permission; open ones have none.
  public Caller caller() {
    if (caller == null) {
      throw new IllegalStateException("an open route has no caller");
    }
    return caller;
  }

  /// The value of a path parameter, read by `parse`, which answers empty for what cannot name
  /// anything: then the problem `otherwise` is thrown.
  public <T> T path(String name, Function<String, Optional<T>> parse, ProblemCode otherwise) {
    return parse
        .apply(parameters.getOrDefault(name, ""))
        .orElseThrow(
            () -> new Problem(otherwise, "There is no such " + name.replace("_id", "") + "."));
  }

  /// Throws the problem TOKEN_INVALID when the caller's key has ended since they were let in: for
  /// what makes them wait.
  public void requireRights() {
    if (use != null) {
      use.require();
    }
  }

  /// As [#requireRights], and asks: for what took long to arrive, before it is acted upon.
  public void requireRightsNow() {
    if (use != null) {
      use.requireNow();
    }
  }

  public Optional<String> query(String name) {
    return Optional.ofNullable(request.getParameter(name));
  }

  /// A whole number from the query; BAD_REQUEST when it is none or lies outside `min` to `max`.
  public int query(String name, int otherwise, int min, int max) {
    return query(name).map(text -> Parameters.integer(name, text, min, max)).orElse(otherwise);
  }

  /// A query parameter that is true or false; false when it is absent, BAD_REQUEST when it is
  /// anything else.
  public boolean queryFlag(String name) {
    return query(name).map(text -> Parameters.flag(name, text)).orElse(false);
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  /// The body as it arrives; blocks for more, throws IOException when the client is gone.
  public InputStream body() throws IOException {
    return requestBody.stream();
  }

  public Optional<String> contentType() {
    return Optional.ofNullable(request.getContentType());
  }

  /// The body as JSON; BAD_JSON or BAD_VALUE when it is not of the type's shape, BODY_TOO_LARGE
  /// beyond 16 KiB.
  public <T> T json(Class<T> type) throws IOException {
    return json(type, MAX_JSON_BYTES);
  }

  /// As above, with another limit in bytes.
  public <T> T json(Class<T> type, int maxBytes) throws IOException {
    return requestBody.json(wholeBody(maxBytes), type);
  }

  /// As [#json(Class)]; empty when the request has no body, however it says so.
  public <T> Optional<T> jsonIfAny(Class<T> type) throws IOException {
    byte[] bytes = wholeBody(MAX_JSON_BYTES);
    return bytes.length == 0 ? Optional.empty() : Optional.of(requestBody.json(bytes, type));
  }

  /// The whole body, kept in memory, which is taken before the first byte is read: RATE_LIMITED or
  /// UNAVAILABLE when there is none left, BODY_TOO_LARGE beyond `maxBytes`, REQUEST_TIMEOUT when it
  /// is not there in time.
  public byte[] wholeBody(int maxBytes) throws IOException {
    return requestBody.whole(maxBytes);
  }

  /// Reserves memory from what requests share until this one is answered; throws RATE_LIMITED or
  /// UNAVAILABLE if not enough is left.
  void reserve(long bytes) {
    claim.held().reserve(bytes);
  }

  /// As [#reserve], but returns whether there was enough.
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

  /// Answers `{"data": …}`.
  public void data(int status, Object data) {
    json(status, new DataAnswer(data));
  }

  /// Answers `{"data": […], "meta": {"total", "next_cursor"}}`.
  public void page(Page<?> page) {
    Cursor next = page.next();
    json(
        200,
        new PageAnswer(
            page.items(), new PageMeta(page.total(), next == null ? null : next.word())));
  }

  /// Answers the object as it is, as JSON.
  public void json(int status, Object body) {
    text(status, "application/json;charset=utf-8", Json.write(body));
  }

  /// Answers a text of the given type. It goes out when the handler has returned, so that whoever
  /// reads it finds everything done, and a failure until then can still be told.
  public void text(int status, String contentType, String text) {
    response.setStatus(status);
    response.setContentType(contentType);
    body = text.getBytes(StandardCharsets.UTF_8);
  }

  /// Answers bytes that are the same for all, of which none are kept for this answer alone.
  public void constant(int status, String contentType, byte[] bytes) {
    response.setStatus(status);
    response.setContentType(contentType);
    body = bytes;
    bodyIsShared = true;
  }

  /// Answers the handshake of a WebSocket, which `open` may refuse by a Problem.
  void upgrade(Route.Opening open) throws IOException {
    WebSockets.check(request);
    WebSocketListener listener = open.listener(this);
    sockets.upgrade(
        request,
        response,
        String.valueOf(response.getHeader("X-Request-Id")),
        claim.owner(),
        listener,
        caller);
  }

  /// Sends what was answered, unless it was streamed already.
  void send() throws IOException {
    if (body != null) {
      if (body.length > SMALL_ANSWER_BYTES && !bodyIsShared) {
        // It is kept until a slow client has read it.
        claim.held().reserve(body.length);
      }
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }
  }

  /// Answers without a body.
  public void empty(int status) {
    response.setStatus(status);
  }

  /// Begins an answer of `length` bytes and gives the stream to write them to.
  public OutputStream stream(int status, String contentType, long length) throws IOException {
    response.setStatus(status);
    response.setContentType(contentType);
    response.setContentLengthLong(length);
    OutputStream out = response.getOutputStream();
    return use == null ? out : new RevocableOutputStream(out, use);
  }

  /// Where the bytes of an answer come from.
  @FunctionalInterface
  public interface Source {
    /// Opens them; the caller closes the stream.
    InputStream open() throws IOException;
  }

  /// Answers `length` bytes of a source, which is not opened when only the headers are asked for.
  public void bytes(int status, String contentType, long length, Source source) throws IOException {
    if (method().equals("HEAD") || length == 0) {
      stream(status, contentType, length);
      return;
    }
    // Opened first: as long as nothing was sent, a failure still has an answer of its own.
    try (InputStream in = source.open()) {
      in.transferTo(stream(status, contentType, length));
    }
  }

  /// Answers `length` bytes of a file from `offset` on, copied by the kernel where the connection
  /// allows it. The file must not shrink before the end; deleting it once begun does no harm.
  public void file(int status, String contentType, Path file, long offset, long length)
      throws IOException {
    FileBody stretch = new FileBody(file, offset, length);
    // While nothing was sent, a file that is gone still has an answer of its own.
    stretch.requireWhole();
    OutputStream out = stream(status, contentType, length);
    if (method().equals("HEAD") || length == 0) {
      return;
    }
    if (stretch.sendByKernel(request)) {
      sockets.watchSending(request, caller);
    } else {
      stretch.copyTo(out);
    }
  }
}
