package parley.web;

import java.nio.ByteBuffer;

/// Our side of one WebSocket conversation: what is done with what arrives.
///
/// [#opened], [#text] and [#binary] are called one at a time, in the order of arrival, each on a
/// virtual thread. While one of them blocks nothing more is read, so that a sender who is too fast
/// feels it and what waits here stays small.
public interface WebSocketListener {
  /// The connection is open. Must return soon: nothing is read before that.
  void opened(WebSocket socket);

  /// A whole text message, of at most 8,192 characters; a longer one ends the connection with 1009.
  void text(String message);

  /// A piece of a binary message of any length. The buffer is reused after the call.
  ///
  /// @param last whether the message ends with this piece
  void binary(ByteBuffer piece, boolean last);

  /// The server is about to stop: the connection is to end soon by [WebSocket#close]. May come at
  /// any time, beside another call.
  default void stopping(WebSocket socket) {
    socket.close(CloseCode.SERVICE_RESTART, "The server restarts; connect again.");
  }

  /// The key by which the connection was opened has ended: nothing more may be told or taken, and
  /// the connection is to end at once by [WebSocket#close]. May come at any time, beside another
  /// call; must not block.
  default void revoked(WebSocket socket) {
    socket.close(CloseCode.POLICY_VIOLATION, "The token is not valid any more.");
  }

  /// It is over. Called exactly once, as the last call; possibly beside another one that still
  /// blocks, which is to return then.
  ///
  /// @param code how it ended (RFC 6455 section 7.4); 1006 when the peer just went
  void closed(int code);
}
