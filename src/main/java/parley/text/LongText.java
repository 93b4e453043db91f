package parley.text;

/// Reads a long text message of a WebSocket, piece by piece. Its methods are called one at a time,
/// in the order of arrival, and may block, which slows the sender down.
public interface LongText {
  /// The maximum length in characters; a longer message closes the connection with 1009.
  int maxChars();

  /// Takes the next piece.
  void add(String piece);

  /// The bytes of heap that the message holds so far. They are reserved in the memory of the
  /// caller's key; when that is used up, the connection closes with 1013.
  long heldBytes();

  /// The message is complete.
  void end();
}
