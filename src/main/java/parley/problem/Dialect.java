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
  OPENAI
}
