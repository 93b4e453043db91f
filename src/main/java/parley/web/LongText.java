package parley.web;

/// Reads a text message that is longer than [WebSocketListener#text] takes, piece by piece. Its
/// methods are called like those of the listener.
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
