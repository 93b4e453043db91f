package parley.speech.relay;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// A failure after which the same call may succeed.
final class TransientFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TransientFailure.class);

  private final transient Problem problem;

  /// Whether the server itself is down, rather than overwhelmed by this recording.
  private final boolean serverDown;

  private TransientFailure(Problem problem, boolean serverDown) {
    super(problem);
    this.problem = problem;
    this.serverDown = serverDown;
  }

  /// Returns what to report if this was the last attempt.
  Problem problem() {
    return problem;
  }

  boolean isServerDown() {
    return serverDown;
  }

  private static TransientFailure serverDown(Problem problem) {
    return new TransientFailure(problem, true);
  }

  private static TransientFailure failed(Problem problem) {
    return new TransientFailure(problem, false);
  }

  /// Classifies an exchange that ended without an answer.
  static TransientFailure of(@Nullable Throwable cause) {
    LOG.debug("the relay failed", cause);
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return serverDown(
          new Problem(ProblemCode.BACKEND_UNAVAILABLE, "The relay cannot be reached."));
    }
    return serverDown(
        new Problem(
            ProblemCode.BACKEND_ERROR, "The relay closed the connection without an answer."));
  }

  /// Classifies a status other than 200. The server's message is not passed on: it may quote the
  /// key.
  static Problem refused(int status, Optional<Duration> retryAfter) throws TransientFailure {
    return switch (status) {
      case 400, 415, 422 ->
          new Problem(
              ProblemCode.UNSUPPORTED_MEDIA,
              "The relay refused the recording with status " + status + ".");
      case 413 ->
          new Problem(ProblemCode.AUDIO_TOO_LONG, "The recording is too large for the relay.");
      case 429, 503 -> {
        Problem busy =
            new Problem(ProblemCode.BACKEND_UNAVAILABLE, "The relay has no capacity left.");
        throw serverDown(retryAfter.map(busy::retryAfter).orElse(busy));
      }
      case 408, 504 ->
          throw serverDown(
              new Problem(ProblemCode.BACKEND_TIMEOUT, "The relay's own backend was too slow."));
      default -> {
        Problem problem =
            new Problem(
                ProblemCode.BACKEND_ERROR, "The relay answered with status " + status + ".");
        if (status >= 500) {
          // 502 comes from a proxy whose server is down.
          throw status == 502 ? serverDown(problem) : failed(problem);
        }
        yield problem;
      }
    };
  }
}
