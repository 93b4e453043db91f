package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import parley.json.Json;
import parley.problem.Dialect;
import parley.problem.Problem;

/// Writes problems as responses, each in the dialect of its path.
record ProblemResponses(Router router) {
  private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(5);

  /// Sends the problem.
  ///
  /// @throws ClientGone if the response has already started; the client then sees it break off
  void send(
      HttpServletRequest request, HttpServletResponse response, String requestId, Problem refusal)
      throws IOException {
    if (response.isCommitted()) {
      throw new ClientGone("the answer had begun when it failed");
    }
    // By the decoded path: `/%66iles` and `/v1/../files` belong to the app dialect, too.
    Dialect dialect = router.dialect(request.getServletPath());
    int status = refusal.code().status(dialect);
    // The condition may be temporary, so the client learns when to retry.
    boolean passes = status == 503 || status == 507;
    Problem problem =
        passes && refusal.retryAfter() == null ? refusal.retryAfter(DEFAULT_RETRY_AFTER) : refusal;
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
    if (dialect == Dialect.DEEPGRAM) {
      // Clients of WebSockets rarely see the body of a refused handshake.
      response.setHeader("dg-error", problem.message().replaceAll("[^\\x20-\\x7E]", "?"));
      response.setHeader("dg-request-id", requestId);
    }
    byte[] body = body(problem, dialect, requestId);
    response.setStatus(status);
    response.setContentType("application/json;charset=utf-8");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /// The body of a problem on an undecoded path.
  byte[] body(Problem problem, String path, String requestId) {
    return body(problem, router.dialect(path), requestId);
  }

  private static byte[] body(Problem problem, Dialect dialect, String requestId) {
    return Json.write(ProblemBody.of(problem, dialect, requestId)).getBytes(StandardCharsets.UTF_8);
  }
}
