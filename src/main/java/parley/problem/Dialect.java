package parley.problem;

/// The API dialects. They differ only at the edge: in paths, field names, envelopes and the shape
/// of errors.
public enum Dialect {
  /// `{"data": …}` and `{"error": {"code": "SW_*", "message"}}`.
  WAVE,
  /// `{"data": …}` and `{"status": "error", "error": {…}, "meta": {"request_id"}}`.
  ECHO,
  /// Bare camelCase and `{"error": {"code", "message"}}`.
  LIBRARY,
  /// Bare snake_case and `{"status", "code", "message"}`.
  APP,
  /// The shape of OpenAI's API.
  OPENAI,
  /// `{"err_code", "err_msg", "request_id"}`, the shape of Deepgram's API.
  DEEPGRAM
}
