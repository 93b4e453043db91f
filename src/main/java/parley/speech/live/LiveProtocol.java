package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.text.LongText;

/// A dialect of live captions: how the messages of one connection are read and written. There is an
/// object per connection, and everything else is the same for all dialects.
///
/// Messages pass twice: `receive` takes them from the connection, on whose thread nothing may be
/// waited for, and puts them into the [LiveInbox]; `read` works on what was put there, in the same
/// order, on another thread, and may block.
///
/// [#opened] and [#write] are called under a lock that keeps the outgoing messages in order. A
/// dialect that has state of its own changes and reads it only there and in [LiveSession#reply],
/// which uses the same lock.
public interface LiveProtocol {
  /// The dialect whose codes name the reason of a close.
  Dialect dialect();

  /// Reads a text message of more than 8,192 characters, which begins; empty if the dialect has
  /// none.
  default Optional<LongText> longText(LiveInbox inbox) {
    return Optional.empty();
  }

  /// Takes a text message of at most 8,192 characters from the connection.
  default void receive(String message, LiveInbox inbox) {
    inbox.text(message);
  }

  /// Takes part of a binary message from the connection. The buffer is reused after the call.
  default void receive(ByteBuffer piece, boolean last, LiveInbox inbox) {
    inbox.binary(piece, last);
  }

  /// Reads a text message. A Problem that it throws ends the stream; what should not end it is
  /// answered with [LiveSession#reply].
  void read(String message, LiveSession session) throws IOException;

  /// Reads part of a binary message; otherwise as the reading of a text message.
  void read(ByteBuffer piece, boolean last, LiveSession session) throws IOException;

  /// Passes on what was held back, because nothing more will come.
  default void readRest(LiveSession session) throws IOException {
    // Most dialects hold nothing back.
  }

  /// The messages that a connection begins with.
  default List<String> opened() {
    return List.of();
  }

  /// The messages that tell a client this; none if the dialect has no word for it. The last frame
  /// of a connection is [LiveFrame.Closed] or [LiveFrame.Failed].
  List<String> write(LiveFrame frame);

  /// The reason in the close frame after a failure, at most 123 bytes.
  default String closeReason(Problem problem) {
    return problem.code().code(dialect());
  }

  /// The close code after a failure (RFC 6455 section 7.4).
  default int closeCode(Problem problem) {
    return LiveCloseCodes.of(problem.code());
  }
}
