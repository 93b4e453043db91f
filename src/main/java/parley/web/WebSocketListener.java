package parley.web;

import java.nio.ByteBuffer;
import java.util.Optional;
import parley.text.LongText;

/// Handles what arrives over a WebSocket.
///
/// [#opened], [#text], [#binary] and [#closing] are called one at a time, in the order of arrival,
/// on virtual threads. While one of them blocks, nothing more is read: fast senders are slowed
/// down, and little is buffered here.
public interface WebSocketListener {
  /// The connection is open. Must return soon, because nothing is read before it does.
  void opened(WebSocket socket);

  /// Reads a text message of more than 8,192 characters, which begins; if nothing does, it closes
  /// the connection with 1009.
  default Optional<LongText> longText() {
    return Optional.empty();
  }

  /// Receives a text message of at most 8,192 characters.
  void text(String message);

  /// Receives part of a binary message of any length. The buffer is reused after the call.
  ///
  /// @param last whether this is the message's last part
  void binary(ByteBuffer piece, boolean last);

  /// The peer closes the connection: what it sends is over, and so is what it is sent once this
  /// returns.
  default void closing() {
    // Most peers that close read nothing more.
  }

  /// The server is about to stop; the listener should call [WebSocket#close] soon. May be called at
  /// any time, concurrently with other calls.
  default void stopping(WebSocket socket) {
    socket.close(CloseCode.SERVICE_RESTART, "The server is restarting; reconnect.");
  }

  /// The caller's key has ended; the listener must call [WebSocket#close] immediately and neither
  /// send nor accept anything more. May be called at any time, concurrently with other calls; must
  /// not block.
  default void revoked(WebSocket socket) {
    socket.close(CloseCode.POLICY_VIOLATION, "The token is no longer valid.");
  }

  /// The connection has ended. Called exactly once, as the last call, but possibly while another
  /// call still blocks, which must then return.
  ///
  /// @param code how it ended (RFC 6455 section 7.4); 1006 if the peer disappeared
  void closed(int code);
}
