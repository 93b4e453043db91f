package parley.speech.live;

import org.jspecify.annotations.Nullable;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.web.CloseCode;

/// How a connection ends.
///
/// @param code of the close frame, [CloseCode]
/// @param problem why; null when all is well
record Ending(int code, String reason, @Nullable Problem problem) {
  /// All is well.
  static final Ending NORMAL = new Ending(CloseCode.NORMAL, "", null);

  static Ending of(Problem problem) {
    int code =
        switch (problem.code()) {
          case TOO_MANY_STREAMS,
              BACKEND_UNAVAILABLE,
              DECODER_UNAVAILABLE,
              STORAGE_UNAVAILABLE,
              UNAVAILABLE ->
              CloseCode.TRY_AGAIN_LATER;
          case INTERNAL, BACKEND_ERROR, BACKEND_TIMEOUT -> CloseCode.INTERNAL_ERROR;
          default -> CloseCode.POLICY_VIOLATION;
        };
    return new Ending(code, problem.code().code(Dialect.ECHO), problem);
  }
}
