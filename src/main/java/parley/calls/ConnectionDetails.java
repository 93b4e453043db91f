package parley.calls;

/// What a client connects to LiveKit with.
///
/// @param livekitUrl a WebSocket address
/// @param livekitToken for this participant and this room alone
/// @param livekitRoom the name of the room
public record ConnectionDetails(
    CallId callId, String livekitUrl, String livekitToken, String livekitRoom) {
  /// Hides the token from logs.
  @Override
  public String toString() {
    return "connection details for " + callId;
  }
}
