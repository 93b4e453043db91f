package parley.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.problem.Dialect;
import parley.problem.Problem;

/// The JSON body of a problem in each dialect.
final class ProblemBody {
  private ProblemBody() {}

  private record Envelope(Object error) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record WaveError(String code, String message, @Nullable String reason) {}

  private record EchoEnvelope(String status, EchoError error, EchoMeta meta) {}

  private record EchoError(
      String code,
      String message,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long retryAfter,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Problem.Detail> details,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Object preflight) {}

  private record EchoMeta(String requestId) {}

  private record AppError(int status, String code, String message) {}

  private record OpenAiError(String message, String type, @Nullable String param, String code) {}

  private record DeepgramError(String errCode, String errMsg, String requestId) {}

  static Object of(Problem problem, Dialect dialect, String requestId) {
    int status = problem.code().status(dialect);
    String code = problem.code().code(dialect);
    String message = problem.message();
    Duration wait = problem.retryAfter();
    List<Problem.Detail> details = problem.details();
    return switch (dialect) {
      case WAVE, LIBRARY -> new Envelope(new WaveError(code, message, problem.reason()));
      case ECHO ->
          new EchoEnvelope(
              "error",
              new EchoError(
                  code, message, wait == null ? null : seconds(wait), details, problem.preflight()),
              new EchoMeta(requestId));
      case APP -> new AppError(status, code, message);
      case OPENAI ->
          new Envelope(
              new OpenAiError(
                  message,
                  status >= 500 ? "server_error" : "invalid_request_error",
                  details.isEmpty() ? null : details.getFirst().field(),
                  code));
      case DEEPGRAM -> new DeepgramError(code, message, requestId);
    };
  }

  /// The value of Retry-After: whole seconds, rounded up, at least 1.
  static long seconds(Duration wait) {
    return Math.max(1, wait.plusMillis(999).toSeconds());
  }
}
