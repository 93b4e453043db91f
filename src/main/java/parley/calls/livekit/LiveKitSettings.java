package parley.calls.livekit;

import java.net.URI;
import java.time.Duration;

/// LiveKit's addresses, credentials and timeouts.
///
/// @param address its HTTP URL, as this server reaches it
/// @param clientAddress its WebSocket URL, as clients reach it
/// @param key the API key, also the issuer of webhooks
/// @param secret signs tokens and webhooks
/// @param connecting timeout for connecting
/// @param answering timeout for an answer, not counting the connection
/// @param tokenValid how long a client may take to connect with a token
public record LiveKitSettings(
    URI address,
    URI clientAddress,
    String key,
    String secret,
    Duration connecting,
    Duration answering,
    Duration tokenValid) {
  /// The minimum length that HS256 needs (RFC 7518, section 3.2) and LiveKit requires.
  public static final int SECRET_CHARACTERS = 32;

  /// Keeps the secret out of logs.
  @Override
  public String toString() {
    return "LiveKit at " + address;
  }
}
