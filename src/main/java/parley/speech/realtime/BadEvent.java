package parley.speech.realtime;

import org.jspecify.annotations.Nullable;
import parley.problem.Dialect;
import parley.problem.Problem;

/// An event of the client that cannot be carried out. The session goes on.
final class BadEvent extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final @Nullable String parameter;

  /// @param code stable, as OpenAI's where it has one
  /// @param parameter the path of the field to blame; null if it is none
  BadEvent(String code, String message, @Nullable String parameter) {
    super(message, null, false, false);
    this.code = code;
    this.parameter = parameter;
  }

  static BadEvent of(Problem problem) {
    return new BadEvent(
        problem.code().code(Dialect.OPENAI),
        problem.message(),
        problem.details().isEmpty() ? null : problem.details().getFirst().field());
  }

  static BadEvent value(String parameter, String expected) {
    return new BadEvent("invalid_value", "'" + parameter + "' " + expected + ".", parameter);
  }

  /// @param eventId the client's name for its event; null if it has none
  ServerEvent.Failure error(@Nullable String eventId) {
    return new ServerEvent.Failure(
        new ServerEvent.ErrorDetail(
            "invalid_request_error", code, String.valueOf(getMessage()), parameter, eventId));
  }
}
