package parley.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.coyote.BadRequestException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import parley.auth.Caller;
import parley.auth.KeyWatch;
import parley.outages.Outages;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// The servlet: routes requests, authenticates callers, runs handlers and turns every failure into
/// a response.
final class Dispatcher extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final transient Router router;
  private final transient ProblemResponses refusals;
  private final transient AccessControl accessControl;
  private final transient CrossOrigin crossOrigin;
  private final transient RequestLog requestLog;
  private final transient WebSockets sockets;
  private final transient Bounds bounds;
  private final transient KeyWatch keys;
  private final AtomicInteger underWay = new AtomicInteger();

  Dispatcher(
      Router router,
      AccessControl accessControl,
      CrossOrigin crossOrigin,
      WebSockets sockets,
      KeyWatch keys,
      MeterRegistry meters,
      Bounds bounds) {
    this.router = router;
    this.refusals = new ProblemResponses(router);
    this.accessControl = accessControl;
    this.crossOrigin = crossOrigin;
    this.sockets = sockets;
    this.keys = keys;
    this.requestLog = new RequestLog(meters);
    this.bounds = bounds;
    Gauge.builder("http.bytes.held", bounds.memory(), ResourceLimiter::reserved).register(meters);
    Gauge.builder("http.websockets.open", sockets, WebSockets::open).register(meters);
  }

  List<Route> routes() {
    return router.routes();
  }

  ProblemResponses refusals() {
    return refusals;
  }

  /// The number of requests in progress and open WebSockets.
  int underWay() {
    return underWay.get() + sockets.open();
  }

  /// Notifies the open WebSockets that the server is about to stop.
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
      requestLog.answered(
          request, response.getStatus(), served.template, served.caller, System.nanoTime() - began);
      MDC.remove("request_id");
    }
  }

  /// What is known about a request besides its own data.
  private static final class Served {
    final String requestId;
    String template = "unknown";

    /// Whether the route is part of the API. Open pages get no CORS headers, so that pages of other
    /// origins cannot use a browser inside a trusted network to read them.
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
      Caller caller = accessControl.admit(match.route(), request);
      served.caller = caller;
      try (KeyWatch.Use use = caller == null ? null : keys.watch(caller)) {
        handle(match, request, response, caller, use);
      }
    } catch (Problem problem) {
      refuse(request, response, served, problem);
    } catch (ClientGone gone) {
      // Nobody is left to answer.
      LOG.debug("the client disconnected: {}", gone.getMessage());
    } catch (BadRequestException unreadable) {
      // The body has malformed chunks. Tomcat has prepared its error, which ErrorReport renders.
      LOG.debug("malformed body: {}", unreadable.getMessage());
    } catch (InvalidParameterException unreadable) {
      // Tomcat parses the query on its first use.
      LOG.debug("malformed query: {}", unreadable.getMessage());
      refuse(
          request,
          response,
          served,
          new Problem(ProblemCode.BAD_REQUEST, "The query is malformed."));
    } catch (IOException | RuntimeException fault) {
      if (isClientGone(fault)) {
        LOG.debug("the client disconnected: {}", fault.toString());
        return;
      }
      Optional<Problem> passing = Outages.problem(fault);
      if (passing.isPresent()) {
        LOG.atLevel(Outages.isAlreadyLogged(fault) ? Level.DEBUG : Level.WARN)
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
              ProblemCode.INTERNAL,
              "The server failed; its log has details under the request id."));
    }
  }

  private void handle(
      Router.Match match,
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Caller caller,
      KeyWatch.@Nullable Use use)
      throws IOException {
    ResourceLimiter.Owner owner =
        caller == null
            ? ResourceLimiter.Owner.anonymous(bounds.proxies().client(request))
            : ResourceLimiter.Owner.of(caller);
    try (ResourceLimiter.Reservation underWay = bounds.requests().open(owner);
        ResourceLimiter.Reservation held = bounds.memory().open(owner)) {
      if (!(match.route().access() instanceof Access.Open)) {
        // Anonymous clients are limited by their connections.
        underWay.reserve(1);
        HttpProtocol.transport(request).allowSlowReader();
      }
      Exchange exchange =
          new Exchange(
              request,
              response,
              match.parameters(),
              caller,
              new Exchange.Claim(owner, held, bounds.proxies(), match.route().tokens()),
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
          return new Problem(ProblemCode.METHOD_NOT_ALLOWED, "This path supports " + allowed + ".")
              .with("Allow", allowed);
        });
  }

  private void refuse(
      HttpServletRequest request, HttpServletResponse response, Served served, Problem refusal)
      throws IOException {
    if (!response.isCommitted()) {
      response.reset();
      response.setHeader("X-Request-Id", served.requestId);
      if (served.api) {
        crossOrigin.allow(request, response);
      }
    }
    refusals.send(request, response, served.requestId, refusal);
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
}
