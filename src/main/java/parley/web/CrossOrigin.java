package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The CORS policy (https://fetch.spec.whatwg.org/#http-cors-protocol). Browser credentials such as
/// cookies are not allowed: pages send tokens.
///
/// @param any whether all origins are allowed
/// @param named the allowed origins otherwise, as browsers write them
public record CrossOrigin(boolean any, Set<String> named) {
  /// Chrome caches preflight responses no longer than this.
  private static final Duration REMEMBERED = Duration.ofHours(2);

  /// Whether this is a preflight request from an allowed origin.
  boolean isAskedBy(HttpServletRequest request) {
    return request.getMethod().equals("OPTIONS")
        && request.getHeader("Access-Control-Request-Method") != null
        && allows(request.getHeader("Origin"));
  }

  /// Answers a preflight request: allows all methods and headers that it asks for. The actual
  /// request fails if the path does not support them.
  void permit(HttpServletRequest request, HttpServletResponse response) {
    allow(request, response);
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    response.setHeader(
        "Access-Control-Allow-Methods", request.getHeader("Access-Control-Request-Method"));
    String headers = request.getHeader("Access-Control-Request-Headers");
    if (headers != null) {
      response.setHeader("Access-Control-Allow-Headers", headers);
      response.addHeader("Vary", "Access-Control-Request-Headers");
    }
    response.setHeader("Access-Control-Max-Age", String.valueOf(REMEMBERED.toSeconds()));
  }

  /// Lets the page read the response and all of its headers.
  void allow(HttpServletRequest request, HttpServletResponse response) {
    String origin = request.getHeader("Origin");
    if (!any && !named.isEmpty()) {
      response.addHeader("Vary", "Origin");
    }
    // If any origin is allowed, requests without one also get the header, because a cache may reuse
    // the response for requests with one.
    if (any || allows(origin)) {
      response.setHeader("Access-Control-Allow-Origin", any ? "*" : origin);
      response.setHeader("Access-Control-Expose-Headers", "*");
    }
  }

  private boolean allows(@Nullable String origin) {
    return origin != null && (any || named.contains(origin.toLowerCase(Locale.ROOT)));
  }
}
