package parley.calls.livekit;

import java.io.IOException;

/// LiveKit refused a request.
public final class TwirpProblem extends IOException {
  private static final long serialVersionUID = 1L;

  private final String code;

  TwirpProblem(String code, String message) {
    super(message);
    this.code = code;
  }

  /// See https://twitchtv.github.io/twirp/docs/errors.html
  public boolean isNotFound() {
    return code.equals("not_found");
  }
}
