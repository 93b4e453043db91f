package parley.speech.live;

import parley.problem.ProblemCode;
import parley.web.CloseCode;

/// How connections close after a failure.
public final class LiveCloseCodes {
  private LiveCloseCodes() {}

  /// The close code (RFC 6455 section 7.4) after a failure.
  public static int of(ProblemCode code) {
    return switch (code) {
      case TOO_MANY_STREAMS,
          BACKEND_UNAVAILABLE,
          DECODER_UNAVAILABLE,
          STORAGE_FULL,
          STORAGE_UNAVAILABLE,
          UNAVAILABLE ->
          CloseCode.TRY_AGAIN_LATER;
      case INTERNAL, BACKEND_ERROR, BACKEND_TIMEOUT -> CloseCode.INTERNAL_ERROR;
      default -> CloseCode.POLICY_VIOLATION;
    };
  }
}
