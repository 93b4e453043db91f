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

/// Writes the access log and measures response times.
record RequestLog(MeterRegistry meters) {
  private static final Logger ACCESS = LoggerFactory.getLogger("parley.access");

  /// The methods of RFC 9110 and RFC 5789.
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  /// @param template the route's path, or `unknown`
  /// @param nanos the duration
  void answered(
      HttpServletRequest request,
      int status,
      String template,
      @Nullable Caller caller,
      long nanos) {
    Timer.builder("http.server.requests")
        // Each tag has a fixed set of values; otherwise clients could create meters until memory
        // runs out.
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
