package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import parley.auth.Authenticator;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.auth.RateLimits;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Authenticates requests and checks their permissions and rate limits.
record AccessControl(Authenticator authenticator, RateLimits rateLimits) {
  /// The caller; null if the route is open or checks a signature itself. Throws a Problem to refuse
  /// the request.
  @Nullable Caller admit(Access access, HttpServletRequest request) {
    return switch (access) {
      case Access.Open open -> null;
      case Access.Signed signed -> null;
      case Access.Authenticated authenticated -> admit(request);
      case Access.Needs(Permission permission) -> admit(permission, permission, request);
      case Access.NeedsOneOf(Permission usual, Permission other) -> admit(usual, other, request);
      case Access.NeedsUnlessSigned(Permission permission) ->
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
      throw new Problem(ProblemCode.TOKEN_INVALID, "The Authorization header has no bearer token.");
    }
    return header.substring("Bearer ".length()).strip();
  }
}
