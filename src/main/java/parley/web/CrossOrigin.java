package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lets pages of other origins call the API from a browser: the CORS protocol of the Fetch standard
/// (https://fetch.spec.whatwg.org/#http-cors-protocol). Credentials of the browser's own are not
/// allowed: tokens are sent by the page.
///
/// @param any whether all origins may
/// @param named those that may where not all do, as browsers name them
public record CrossOrigin(boolean any, Set<String> named) {
  /// Chrome keeps what it was told no longer than this.
  private static final Duration REMEMBERED = Duration.ofHours(2);

  /// Whether the browser asks beforehand what a page of an allowed origin may send.
  boolean isAskedBy(HttpServletRequest request) {
    return request.getMethod().equals("OPTIONS")
        && request.getHeader("Access-Control-Request-Method") != null
        && allows(request.getHeader("Origin"));
  }

  /// Says that it may send what it asks for; what the path then takes is told by the answer to it.
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

  /// Lets the page read the answer, whatever it will be, and all of its headers.
  void allow(HttpServletRequest request, HttpServletResponse response) {
    String origin = request.getHeader("Origin");
    if (!any && !named.isEmpty()) {
      response.addHeader("Vary", "Origin");
    }
    // Where any may, also to who names no origin: a cache may keep the answer for one who does.
    if (any || allows(origin)) {
      response.setHeader("Access-Control-Allow-Origin", any ? "*" : origin);
      response.setHeader("Access-Control-Expose-Headers", "*");
    }
  }

  private boolean allows(@Nullable String origin) {
    return origin != null && (any || named.contains(origin.toLowerCase(Locale.ROOT)));
  }
}
