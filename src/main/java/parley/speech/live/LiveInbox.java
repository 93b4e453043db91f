package parley.speech.live;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/// What has come over a connection and is to be read, in order. A little is held in memory, the
/// rest in a file; when that is full as well, adding blocks and the sender has to wait.
public interface LiveInbox {
  /// Adds a text message.
  void text(String message);

  /// Adds part of a binary message; the buffer may be reused after the call.
  void binary(ByteBuffer piece, boolean last);

  /// Answers what is not to be read, as [LiveSession#reply].
  void reply(Supplier<List<String>> messages);

  /// Tells that nothing more will come, and that everything that was added is to be read even if
  /// the client closes its connection at once.
  void lastCame();
}
