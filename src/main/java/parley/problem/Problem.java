package parley.problem;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An error that the caller caused or can act upon. Use cases throw it; the web layer renders it in
/// the caller's dialect. The message is for the caller: it says what was wrong and never reveals
/// internals of the server.
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// One invalid field of a request.
  public record Detail(String field, String message) {}

  private final ProblemCode code;
  private final transient @Nullable Duration retryAfter;
  private final transient List<Detail> details;
  private final transient Map<String, String> headers;
  private final @Nullable String reason;
  private final transient @Nullable Object preflight;

  private Problem(
      ProblemCode code,
      String message,
      @Nullable Duration retryAfter,
      List<Detail> details,
      Map<String, String> headers,
      @Nullable String reason,
      @Nullable Object preflight) {
    // No stack trace and no suppression: a problem is an answer, not a bug.
    super(message, null, false, false);
    this.code = code;
    this.retryAfter = retryAfter;
    this.details = details;
    this.headers = headers;
    this.reason = reason;
    this.preflight = preflight;
  }

  public Problem(ProblemCode code, String message) {
    this(code, message, null, List.of(), Map.of(), null, null);
  }

  /// A field of the request has a value that it may not have.
  ///
  /// @param rule what follows the field's name in the message, such as `is a whole number`
  public static Problem invalid(String field, String rule) {
    return of(ProblemCode.VALIDATION, field, rule);
  }

  /// A parameter of the request cannot be read.
  ///
  /// @param rule as in [#invalid]
  public static Problem badRequest(String parameter, String rule) {
    return of(ProblemCode.BAD_REQUEST, parameter, rule);
  }

  private static Problem of(ProblemCode code, String field, String rule) {
    return new Problem(code, "'" + field + "' " + rule + ".").at(field);
  }

  /// Adds the time after which the caller should retry.
  public Problem retryAfter(Duration wait) {
    return new Problem(code, message(), wait, details, headers, reason, preflight);
  }

  /// Adds the invalid field.
  public Problem at(String field) {
    return with(List.of(new Detail(field, message())));
  }

  /// Adds all invalid fields.
  public Problem with(List<Detail> invalid) {
    return new Problem(code, message(), retryAfter, invalid, headers, reason, preflight);
  }

  /// Adds the measurements of a preflight, which the echo dialect includes in the error object.
  ///
  /// @param figures serialized as JSON
  public Problem withPreflight(Object figures) {
    return new Problem(code, message(), retryAfter, details, headers, reason, figures);
  }

  /// Adds a machine-readable reason that is more specific than the code.
  public Problem because(String reason) {
    return new Problem(code, message(), retryAfter, details, headers, reason, preflight);
  }

  /// Adds an HTTP header that the status requires, such as `Allow`.
  public Problem with(String header, String value) {
    return new Problem(
        code, message(), retryAfter, details, Map.of(header, value), reason, preflight);
  }

  public ProblemCode code() {
    return code;
  }

  public String message() {
    return String.valueOf(getMessage());
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  public @Nullable String reason() {
    return reason;
  }

  public List<Detail> details() {
    return details;
  }

  public Map<String, String> headers() {
    return headers;
  }

  public @Nullable Object preflight() {
    return preflight;
  }
}
