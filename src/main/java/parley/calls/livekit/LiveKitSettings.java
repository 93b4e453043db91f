package parley.calls.livekit;

import java.net.URI;
import java.time.Duration;

/// Which LiveKit is asked, and how patiently.
///
/// @param address its HTTP address, as this server reaches it
/// @param clientAddress its WebSocket address, as clients reach it
/// @param key the API key, which is also who signs webhooks
/// @param secret what tokens and webhooks are signed with
/// @param connecting how long a connection may take
/// @param answering how long an answer may take, the connection apart
/// @param tokenValid how long a client may take to connect with a token
public record LiveKitSettings(
    URI address,
    URI clientAddress,
    String key,
    String secret,
    Duration connecting,
    Duration answering,
    Duration tokenValid) {
  /// A secret has at least as many as HS256 needs (RFC 7518, section 3.2), and LiveKit asks for.
  public static final int SECRET_CHARACTERS = 32;

  /// Hides the secret from logs.
  @Override
  public String toString() {
    return "LiveKit at " + address;
  }
}
