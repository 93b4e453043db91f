package parley.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.Caller;

/// What is kept of each request that was answered: a line of the access log and a time.
record RequestLog(MeterRegistry meters) {
  private static final Logger ACCESS = LoggerFactory.getLogger("parley.access");

  /// The methods of RFC 9110 and RFC 5789.
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  /// @param template the path of its route, `unknown` without one
  /// @param nanos how long the answer took
  void answered(
      HttpServletRequest request,
      int status,
      String template,
      @Nullable Caller caller,
      long nanos) {
    Timer.builder("http.server.requests")
        // Each label has a fixed set of values: whoever could add new ones could fill the memory.
        .tag("method", METHODS.contains(request.getMethod()) ? request.getMethod() : "OTHER")
        .tag("route", template)
        .tag("status", String.valueOf(status))
        .register(meters)
        .record(nanos, TimeUnit.NANOSECONDS);
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
