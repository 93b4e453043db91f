package parley.problem;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A refusal that the caller caused or can act upon. Thrown by use cases, rendered once at the web
/// edge in the shape of the caller's dialect. Its message is meant for that caller: it names what
/// was wrong and never an inner detail of the server.
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// One faulty field of a request.
  public record Detail(String field, String message) {}

  private final ProblemCode code;
  private final transient @Nullable Duration retryAfter;
  private final transient List<Detail> details;
  private final transient Map<String, String> headers;
  private final @Nullable String reason;
  private final transient Map<String, Object> figures;

  private Problem(
      ProblemCode code,
      String message,
      @Nullable Duration retryAfter,
      List<Detail> details,
      Map<String, String> headers,
      @Nullable String reason,
      Map<String, Object> figures) {
    // No stack trace and no suppression: a problem is an answer, not a fault of the program.
    super(message, null, false, false);
    this.code = code;
    this.retryAfter = retryAfter;
    this.details = details;
    this.headers = headers;
    this.reason = reason;
    this.figures = figures;
  }

  public Problem(ProblemCode code, String message) {
    this(code, message, null, List.of(), Map.of(), null, Map.of());
  }

  /// The same refusal, with the time after which trying again makes sense.
  public Problem retryAfter(Duration wait) {
    return new Problem(code, message(), wait, details, headers, reason, figures);
  }

  /// The same refusal, with the field that was at fault.
  public Problem at(String field) {
    return with(List.of(new Detail(field, message())));
  }

  /// The same refusal, with all that was at fault.
  public Problem with(List<Detail> faults) {
    return new Problem(code, message(), retryAfter, faults, headers, reason, figures);
  }

  /// The same refusal, with what was measured, which the echo dialect shows beside the code.
  ///
  /// @param value written as JSON
  public Problem showing(String name, Object value) {
    return new Problem(
        code, message(), retryAfter, details, headers, reason, Map.of(name, value));
  }

  /// The same refusal, with a word that tells programs more than the code does.
  public Problem because(String word) {
    return new Problem(code, message(), retryAfter, details, headers, word, figures);
  }

  /// The same refusal, with the one HTTP header that its status calls for, such as `Allow`.
  public Problem with(String header, String value) {
    return new Problem(
        code, message(), retryAfter, details, Map.of(header, value), reason, figures);
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

  public Map<String, Object> figures() {
    return figures;
  }
}
