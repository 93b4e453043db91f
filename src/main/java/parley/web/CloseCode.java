package parley.web;

/// Why a WebSocket is closed, as the wire tells it: RFC 6455 section 7.4.1 and the IANA registry
/// "WebSocket Close Code Number".
public final class CloseCode {
  /// All was said.
  public static final int NORMAL = 1000;

  /// The peer sent something that this conversation does not allow.
  public static final int POLICY_VIOLATION = 1008;

  /// We failed.
  public static final int INTERNAL_ERROR = 1011;

  /// The server goes away; connecting again finds it or another node.
  public static final int SERVICE_RESTART = 1012;

  /// The peer reads too slowly, or there is no room for it now.
  public static final int TRY_AGAIN_LATER = 1013;

  private CloseCode() {}
}
