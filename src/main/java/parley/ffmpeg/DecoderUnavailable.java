package parley.ffmpeg;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;

/// The decoder failed without rejecting the file: it cannot be started, was killed, hit a limit or
/// hangs.
public final class DecoderUnavailable extends ServiceUnavailable {
  private static final long serialVersionUID = 1L;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final boolean passedSelfTest;

  /// @param detail for the operator
  public DecoderUnavailable(String detail) {
    this(detail, false, null);
  }

  /// @param passedSelfTest whether it passed its self-test afterwards
  DecoderUnavailable(String detail, boolean passedSelfTest, @Nullable Throwable cause) {
    super(
        new Problem(
            ProblemCode.DECODER_UNAVAILABLE,
            "The server's media decoder does not work right now; try again."),
        RETRY_AFTER,
        detail,
        cause);
    this.passedSelfTest = passedSelfTest;
  }

  /// Whether the decoder passed its self-test afterwards, which means that this file made it fail.
  public boolean passedSelfTest() {
    return passedSelfTest;
  }
}
