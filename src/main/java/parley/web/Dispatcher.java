package parley.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.coyote.BadRequestException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import parley.auth.Authenticator;
import parley.auth.Caller;
import parley.auth.KeyWatch;
import parley.auth.Permission;
import parley.auth.RateLimits;
import parley.json.Json;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// The one servlet: finds the route, checks the caller, runs the handler, renders problems, and
/// writes the access log.
final class Dispatcher extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger ACCESS = LoggerFactory.getLogger("parley.access");
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /// The methods of RFC 9110 and RFC 5789.
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  private static final Duration OFTEN_OVER_IN = Duration.ofSeconds(5);

  private final transient Router router;
  private final transient Authenticator authenticator;
  private final transient RateLimits rateLimits;
  private final transient CrossOrigin crossOrigin;
  private final transient MeterRegistry meters;
  private final transient WebSockets sockets;
  private final transient Bounds bounds;
  private final transient KeyWatch keys;
  private final AtomicInteger underWay = new AtomicInteger();

  Dispatcher(
      Router router,
      Authenticator authenticator,
      RateLimits rateLimits,
      CrossOrigin crossOrigin,
      WebSockets sockets,
      KeyWatch keys,
      MeterRegistry meters,
      Bounds bounds) {
    this.router = router;
    this.authenticator = authenticator;
    this.rateLimits = rateLimits;
    this.crossOrigin = crossOrigin;
    this.sockets = sockets;
    this.keys = keys;
    this.meters = meters;
    this.bounds = bounds;
    Gauge.builder("http.bytes.held", bounds.memory(), FairShares::taken).register(meters);
    Gauge.builder("http.websockets.open", sockets, WebSockets::open).register(meters);
  }

  List<Route> routes() {
    return router.routes();
  }

  /// How many requests are being answered and WebSockets are open right now.
  int underWay() {
    return underWay.get() + sockets.open();
  }

  /// Tells the open WebSockets that the server is about to stop.
  void stopping() {
    sockets.stopping();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    long began = System.nanoTime();
    String requestId = RequestId.of(request.getHeader("X-Request-Id"));
    response.setHeader("X-Request-Id", requestId);
    MDC.put("request_id", requestId);
    underWay.incrementAndGet();
    Served served = new Served(requestId);
    try {
      answer(request, response, served);
    } finally {
      underWay.decrementAndGet();
      log(request, response, served, System.nanoTime() - began);
      MDC.remove("request_id");
    }
  }

  /// What is known of a request while it is answered, beyond what it says itself.
  private static final class Served {
    final String requestId;
    String template = "unknown";

    /// Whether it is for callers of the API: what anyone may see is not for other people's pages,
    /// which may run inside a network that the server trusts.
    boolean api = true;

    @Nullable Caller caller;

    Served(String requestId) {
      this.requestId = requestId;
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response, Served served)
      throws IOException {
    if (crossOrigin.isAskedBy(request)) {
      crossOrigin.permit(request, response);
      return;
    }
    try {
      Router.Match match = match(request);
      served.template = match.route().template();
      served.api = !(match.route().access() instanceof Access.Open);
      if (served.api) {
        crossOrigin.allow(request, response);
      }
      Caller caller = admit(match.route().access(), request);
      served.caller = caller;
      try (KeyWatch.Use use = caller == null ? null : keys.watch(caller)) {
        handle(match, request, response, caller, use);
      }
    } catch (Problem problem) {
      refuse(request, response, served, problem);
    } catch (ClientGone gone) {
      // Nobody is left to be told.
      LOG.debug("the client went away: {}", gone.getMessage());
    } catch (BadRequestException unreadable) {
      // Chunks that are none: Tomcat has prepared its refusal, which ErrorReport shapes.
      LOG.debug("the body is not as HTTP has it: {}", unreadable.getMessage());
    } catch (InvalidParameterException unreadable) {
      // Tomcat reads the query when it is first asked for it.
      LOG.debug("the query is not as URLs have it: {}", unreadable.getMessage());
      refuse(
          request,
          response,
          served,
          new Problem(ProblemCode.BAD_REQUEST, "The query cannot be read."));
    } catch (IOException | RuntimeException fault) {
      if (isClientGone(fault)) {
        LOG.debug("the client went away: {}", fault.toString());
        return;
      }
      Optional<Problem> passing = Faults.told(fault);
      if (passing.isPresent()) {
        LOG.atLevel(Faults.isKnown(fault) ? Level.DEBUG : Level.WARN)
            .log("{} {}: {}", request.getMethod(), request.getRequestURI(), fault.getMessage());
        refuse(request, response, served, passing.get());
        return;
      }
      LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), fault);
      refuse(
          request,
          response,
          served,
          new Problem(
              ProblemCode.INTERNAL, "The server failed; the request id tells which log line."));
    }
  }

  private void handle(
      Router.Match match,
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Caller caller,
      KeyWatch.@Nullable Use use)
      throws IOException {
    FairShares.Owner owner =
        caller == null
            ? FairShares.Owner.stranger(bounds.proxies().client(request))
            : FairShares.Owner.of(caller);
    try (FairShares.Share underWay = bounds.requests().open(owner);
        FairShares.Share held = bounds.memory().open(owner)) {
      if (!(match.route().access() instanceof Access.Open)) {
        // Strangers have the bound of their connections.
        underWay.take(1);
        FastSenders.body(request).mayBeReadSlowly();
      }
      Exchange exchange =
          new Exchange(
              request,
              response,
              match.parameters(),
              caller,
              new Exchange.Claim(owner, held, bounds.proxies()),
              sockets,
              use);
      match.route().handler().handle(exchange);
      exchange.send();
    }
  }

  private Router.Match match(HttpServletRequest request) {
    String path = request.getServletPath();
    return router
        .find(request.getMethod(), path)
        .orElseThrow(() -> {
          var methods = router.methods(path);
          if (methods.isEmpty()) {
            return new Problem(ProblemCode.NOT_FOUND, "There is no such path.");
          }
          String allowed = String.join(", ", methods);
          return new Problem(ProblemCode.METHOD_NOT_ALLOWED, "This path takes " + allowed + ".")
              .with("Allow", allowed);
        });
  }

  private @Nullable Caller admit(Access access, HttpServletRequest request) {
    return switch (access) {
      case Access.Open open -> null;
      case Access.Signed signed -> null;
      case Access.Known known -> admit(request);
      case Access.Needs(Permission permission) -> admit(permission, permission, request);
      case Access.NeedsOneOf(Permission usual, Permission other) -> admit(usual, other, request);
      case Access.MayNeed(Permission permission) ->
          request.getParameter("signature") == null ? admit(permission, permission, request) : null;
    };
  }

  private Caller admit(Permission permission, Permission other, HttpServletRequest request) {
    Caller caller = admit(request);
    if (!caller.may(permission) && !caller.may(other)) {
      throw new Problem(
          ProblemCode.PERMISSION_DENIED, "This needs the permission " + permission.text() + ".");
    }
    return caller;
  }

  private Caller admit(HttpServletRequest request) {
    Caller caller = authenticator.authenticate(token(request));
    rateLimits.take(caller.key());
    return caller;
  }

  private static String token(HttpServletRequest request) {
    String header = request.getHeader("Authorization");
    if (header == null && WebSockets.asksFor(request) && request.getParameter("token") != null) {
      return request.getParameter("token");
    }
    if (header == null || header.isBlank()) {
      throw new Problem(
          ProblemCode.TOKEN_MISSING, "Send the header 'Authorization: Bearer <token>'.");
    }
    // The scheme's name is case-insensitive (RFC 9110, section 11.1).
    if (!header.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
      throw new Problem(ProblemCode.TOKEN_INVALID, "The Authorization header is not a bearer's.");
    }
    return header.substring("Bearer ".length()).strip();
  }

  private void refuse(
      HttpServletRequest request, HttpServletResponse response, Served served, Problem refusal)
      throws IOException {
    if (response.isCommitted()) {
      // The status is on its way; all that is left is to make the client see a broken answer.
      throw new ClientGone("the answer had begun when it failed");
    }
    // Of the path as it was routed: `/%66iles` and `/v1/../files` are the app's, too.
    Dialect dialect = Dialect.ofPath(request.getServletPath());
    response.reset();
    response.setHeader("X-Request-Id", served.requestId);
    if (served.api) {
      crossOrigin.allow(request, response);
    }
    int status = refusal.code().status(dialect);
    // What is unavailable or full now may not be so soon: whoever is told that is told when to ask.
    boolean passes = status == 503 || status == 507;
    Problem problem =
        passes && refusal.retryAfter() == null ? refusal.retryAfter(OFTEN_OVER_IN) : refusal;
    problem.headers().forEach(response::setHeader);
    if (status == 401) {
      response.setHeader("WWW-Authenticate", "Bearer");
    }
    if (problem.retryAfter() != null) {
      response.setHeader(
          "Retry-After", String.valueOf(ProblemShapes.seconds(problem.retryAfter())));
    }
    boolean late = status == HttpServletResponse.SC_REQUEST_TIMEOUT;
    if (late || (!request.getInputStream().isFinished() && Lingering.isLong(request))) {
      response.setHeader("Connection", "close");
    }
    byte[] body =
        Json.write(ProblemShapes.body(problem, dialect, served.requestId))
            .getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("application/json;charset=utf-8");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static boolean isClientGone(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof ClientGone
          || cause instanceof org.apache.catalina.connector.ClientAbortException) {
        return true;
      }
    }
    return false;
  }

  private void log(
      HttpServletRequest request, HttpServletResponse response, Served served, long nanos) {
    int status = response.getStatus();
    Timer.builder("http.server.requests")
        // Each label has a fixed set of values: whoever could make new ones could fill the memory.
        .tag("method", METHODS.contains(request.getMethod()) ? request.getMethod() : "OTHER")
        .tag("route", served.template)
        .tag("status", String.valueOf(status))
        .register(meters)
        .record(nanos, TimeUnit.NANOSECONDS);
    Caller caller = served.caller;
    // Never the query: it may carry a token or a signature.
    ACCESS.info(
        "{} {} {} {}ms tenant={} user={}",
        request.getMethod(),
        request.getRequestURI(),
        status,
        nanos / 1_000_000,
        caller == null ? "-" : caller.tenant(),
        caller == null ? "-" : caller.user());
  }
}
