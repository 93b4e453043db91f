package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
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
  @Nullable Caller admit(Route route, HttpServletRequest request) {
    TokenPlaces tokens = route.tokens();
    return switch (route.access()) {
      case Access.Open open -> null;
      case Access.Signed signed -> null;
      case Access.Authenticated authenticated -> admit(tokens, request);
      case Access.Needs(Permission permission) -> admit(permission, permission, tokens, request);
      case Access.NeedsOneOf(Permission usual, Permission other) ->
          admit(usual, other, tokens, request);
      case Access.NeedsUnlessSigned(Permission permission) ->
          request.getParameter("signature") == null
              ? admit(permission, permission, tokens, request)
              : null;
    };
  }

  private Caller admit(
      Permission permission, Permission other, TokenPlaces tokens, HttpServletRequest request) {
    Caller caller = admit(tokens, request);
    if (!caller.may(permission) && !caller.may(other)) {
      throw new Problem(
          ProblemCode.PERMISSION_DENIED, "This needs the permission " + permission.text() + ".");
    }
    return caller;
  }

  private Caller admit(TokenPlaces tokens, HttpServletRequest request) {
    Caller caller = authenticator.authenticate(token(tokens, request));
    rateLimits.take(caller.key());
    return caller;
  }

  private static String token(TokenPlaces tokens, HttpServletRequest request) {
    String header = request.getHeader("Authorization");
    if (header == null && WebSockets.asksFor(request)) {
      Optional<String> token = tokens.ofHandshake(request);
      if (token.isPresent()) {
        return token.get();
      }
    }
    if (header == null || header.isBlank()) {
      throw new Problem(
          ProblemCode.TOKEN_MISSING, "Send the header 'Authorization: Bearer <token>'.");
    }
    for (String scheme : tokens.schemes()) {
      // The scheme's name is case-insensitive (RFC 9110, section 11.1).
      if (header.regionMatches(true, 0, scheme + " ", 0, scheme.length() + 1)) {
        return header.substring(scheme.length() + 1).strip();
      }
    }
    throw new Problem(ProblemCode.TOKEN_INVALID, "The Authorization header has no bearer token.");
  }
}
