package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import parley.json.Json;
import parley.problem.Dialect;
import parley.problem.Problem;

/// Answers requests with problems, each in the dialect of its path.
record ProblemResponses(Router router) {
  private static final Duration OFTEN_OVER_IN = Duration.ofSeconds(5);

  /// Answers with the problem. Throws ClientGone when the response has begun already: then the
  /// client sees it break off.
  void send(
      HttpServletRequest request, HttpServletResponse response, String requestId, Problem refusal)
      throws IOException {
    if (response.isCommitted()) {
      throw new ClientGone("the answer had begun when it failed");
    }
    // Of the path as it was routed: `/%66iles` and `/v1/../files` are the app's, too.
    Dialect dialect = router.dialect(request.getServletPath());
    int status = refusal.code().status(dialect);
    // What is unavailable or full now may not be so soon: the client is told when to try again.
    boolean passes = status == 503 || status == 507;
    Problem problem =
        passes && refusal.retryAfter() == null ? refusal.retryAfter(OFTEN_OVER_IN) : refusal;
    problem.headers().forEach(response::setHeader);
    if (status == 401) {
      response.setHeader("WWW-Authenticate", "Bearer");
    }
    if (problem.retryAfter() != null) {
      response.setHeader("Retry-After", String.valueOf(ProblemBody.seconds(problem.retryAfter())));
    }
    boolean late = status == HttpServletResponse.SC_REQUEST_TIMEOUT;
    if (late || (!request.getInputStream().isFinished() && LingeringClose.isNeeded(request))) {
      response.setHeader("Connection", "close");
    }
    byte[] body = body(problem, dialect, requestId);
    response.setStatus(status);
    response.setContentType("application/json;charset=utf-8");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /// The body of a refusal on an undecoded path.
  byte[] body(Problem problem, String path, String requestId) {
    return body(problem, router.dialect(path), requestId);
  }

  private static byte[] body(Problem problem, Dialect dialect, String requestId) {
    return Json.write(ProblemBody.of(problem, dialect, requestId)).getBytes(StandardCharsets.UTF_8);
  }
}
