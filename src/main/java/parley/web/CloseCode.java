package parley.web;

/// Close codes of WebSockets (RFC 6455 section 7.4.1 and the IANA registry "WebSocket Close Code
/// Number").
public final class CloseCode {
  /// The conversation is complete.
  public static final int NORMAL = 1000;

  /// The peer violated this endpoint's rules.
  public static final int POLICY_VIOLATION = 1008;

  /// A message is too long.
  public static final int TOO_BIG = 1009;

  /// The server failed.
  public static final int INTERNAL_ERROR = 1011;

  /// The server is restarting; the client should reconnect.
  public static final int SERVICE_RESTART = 1012;

  /// The peer reads too slowly, or the server is overloaded.
  public static final int TRY_AGAIN_LATER = 1013;

  private CloseCode() {}
}
