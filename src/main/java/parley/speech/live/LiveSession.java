package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import parley.problem.Problem;

/// What a dialect can do with the stream of its connection.
public interface LiveSession {
  /// Opens, flushes or ends the stream.
  ///
  /// @throws Problem if the stream cannot be opened, or the message does not fit its state
  void control(Control control) throws IOException;

  /// Passes on bytes of sound, which are valid during the call; blocks while there is too much to
  /// do.
  ///
  /// @throws Problem VALIDATION if the stream is not open
  void sound(ByteBuffer bytes) throws IOException;

  /// Sends messages of the dialect's own. They are made under the lock of [LiveProtocol#write].
  void reply(Supplier<List<String>> messages);
}
