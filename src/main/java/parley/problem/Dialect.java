package parley.problem;

/// The shapes in which the one core answers. A dialect differs at the edge alone: paths, field
/// names, envelope and error shape.
public enum Dialect {
  /// `{"data": …}` and `{"error": {"code": "SW_*", "message"}}`.
  WAVE,
  /// `{"data": …}` and `{"status": "error", "error": {…}, "meta": {"request_id"}}`.
  ECHO,
  /// Bare camelCase and `{"error": {"code", "message"}}`.
  LIBRARY,
  /// Bare snake_case and `{"status", "code", "message"}`.
  APP,
  /// As OpenAI's API.
  OPENAI;

  /// The dialect that speaks on a path; what no other dialect claims is WAVE's.
  public static Dialect ofPath(String path) {
    if (within(path, "/v1/modules/scaiecho")) {
      return ECHO;
    }
    if (within(path, "/api/v1/media")) {
      return LIBRARY;
    }
    if (within(path, "/files")) {
      return APP;
    }
    return within(path, "/v1/audio") || within(path, "/oai") ? OPENAI : WAVE;
  }

  private static boolean within(String path, String prefix) {
    return path.startsWith(prefix)
        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
  }
}
