package parley.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import parley.problem.Dialect;
import parley.problem.Problem;

/// The body of a refusal in each dialect.
final class ProblemShapes {
  private ProblemShapes() {}

  static Object body(Problem problem, Dialect dialect, String requestId) {
    String code = problem.code().code(dialect);
    return switch (dialect) {
      case WAVE, LIBRARY -> Map.of("error", wave(problem, code));
      case ECHO -> echo(problem, code, requestId);
      case APP ->
          ordered(
              "status", problem.code().status(dialect),
              "code", code,
              "message", problem.message());
      case OPENAI -> Map.of("error", openai(problem, code));
    };
  }

  private static Map<String, Object> wave(Problem problem, String code) {
    Map<String, Object> error = ordered("code", code, "message", problem.message());
    if (problem.reason() != null) {
      error.put("reason", problem.reason());
    }
    return error;
  }

  private static Map<String, Object> echo(Problem problem, String code, String requestId) {
    Map<String, Object> error = ordered("code", code, "message", problem.message());
    Duration wait = problem.retryAfter();
    if (wait != null) {
      error.put("retry_after", seconds(wait));
    }
    if (!problem.details().isEmpty()) {
      error.put("details", problem.details());
    }
    error.putAll(problem.figures());
    return ordered("status", "error", "error", error, "meta", Map.of("request_id", requestId));
  }

  private static Map<String, Object> openai(Problem problem, String code) {
    int status = problem.code().status(Dialect.OPENAI);
    String type = status >= 500 ? "server_error" : "invalid_request_error";
    Map<String, Object> error = ordered("message", problem.message(), "type", type);
    error.put("param", problem.details().isEmpty() ? null : problem.details().getFirst().field());
    error.put("code", code);
    return error;
  }

  /// Whole seconds, rounded up, at least 1: what Retry-After can say.
  static long seconds(Duration wait) {
    return Math.max(1, wait.plusMillis(999).toSeconds());
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
