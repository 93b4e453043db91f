package parley.speech.decoding;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Decodes sound as its bytes arrive, cut anywhere. For one thread at a time, except [#close()].
public interface SoundDecoder extends AutoCloseable {
  /// Decodes the next bytes; blocks while the sink does.
  ///
  /// @throws parley.problem.Problem `UNSUPPORTED_MEDIA` when they are not what they should be
  void write(ByteBuffer bytes) throws IOException;

  /// Returns when the sink has what was written so far, as far as that can be told: a decoder may
  /// keep back the last moment until more comes.
  void settle() throws IOException, InterruptedException;

  /// Says that no bytes will follow, and returns when the sink has taken everything.
  ///
  /// @throws parley.problem.Problem `UNSUPPORTED_MEDIA` when there were bytes but no sound in them
  void end() throws IOException;

  /// Gives up what is left, at any time and from any thread.
  @Override
  void close();
}
