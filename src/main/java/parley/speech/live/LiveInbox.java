package parley.speech.live;

import java.nio.ByteBuffer;

/// What has come over a connection and is to be read, in order. A little is held in memory, the
/// rest in a file; when that is full as well, adding blocks and the sender has to wait.
public interface LiveInbox {
  /// Adds a text message.
  void text(String message);

  /// Adds part of a binary message; the buffer may be reused after the call.
  void binary(ByteBuffer piece, boolean last);

  /// Waits until everything that was added has been read.
  void awaitRead();
}
