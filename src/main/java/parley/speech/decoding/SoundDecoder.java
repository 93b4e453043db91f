package parley.speech.decoding;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Decodes audio from bytes in chunks of any size. Not thread-safe, except for [#close()].
public interface SoundDecoder extends AutoCloseable {
  /// Decodes the next bytes; blocks while the sink does.
  ///
  /// @throws parley.problem.Problem `UNSUPPORTED_MEDIA` if they are not in the expected format
  void write(ByteBuffer bytes) throws IOException;

  /// Waits until the sink has received what was written so far, as far as that can be determined; a
  /// decoder may hold back the last moment until more input arrives.
  void settle() throws IOException, InterruptedException;

  /// Ends the input and returns once the sink has received everything.
  ///
  /// @throws parley.problem.Problem `UNSUPPORTED_MEDIA` if there was input but no audio in it
  void end() throws IOException;

  /// Discards whatever is not decoded yet. May be called at any time from any thread.
  @Override
  void close();
}
