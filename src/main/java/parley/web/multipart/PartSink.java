package parley.web.multipart;

import java.io.IOException;

/// Receives the content of a part in chunks.
///
/// Exceptions end the reading immediately and reach the caller of [Multipart#read] unchanged; the
/// rest of the body remains unread. This is how an upload that exceeds a quota is refused while the
/// client is still sending.
@FunctionalInterface
public interface PartSink {
  /// Receives the next `length` bytes, at least one. The parser reuses the buffer after the call,
  /// so sinks copy what they keep.
  void write(byte[] buffer, int offset, int length) throws IOException;

  /// The part is complete: its closing boundary was read. Not called for truncated parts.
  default void ended() throws IOException {}
}
