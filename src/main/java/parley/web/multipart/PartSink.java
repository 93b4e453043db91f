package parley.web.multipart;

import java.io.IOException;

/// Where the content of one part goes, piece by piece.
///
/// Whatever a sink throws ends the reading at once and reaches the caller of [Multipart#read]
/// unchanged; the rest of the body stays unread. That is how an upload over quota is refused while
/// the client is still sending.
@FunctionalInterface
public interface PartSink {
  /// Takes the next `length` bytes, at least one. The buffer belongs to the parser and changes
  /// after this call returns: a sink that keeps bytes copies them.
  void write(byte[] buffer, int offset, int length) throws IOException;

  /// The part is whole: its closing boundary has been seen. Not called for a part that was cut off.
  default void ended() throws IOException {}
}
