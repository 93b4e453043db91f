package parley.calls;

/// What a client needs to connect to LiveKit.
///
/// @param livekitUrl a WebSocket URL
/// @param livekitToken valid for this participant and this room only
/// @param livekitRoom the name of the room
public record ConnectionDetails(
    CallId callId, String livekitUrl, String livekitToken, String livekitRoom) {
  /// Keeps the token out of logs.
  @Override
  public String toString() {
    return "connection details for " + callId;
  }
}
