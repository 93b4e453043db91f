package parley.speech.engine;

/// Thrown by a transcription whose thread was interrupted: it stops at the next token rather than
/// at the end of the piece. The thread's interrupt flag stays set.
public final class Cancelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Cancelled() {
    super("the transcription was interrupted", null, false, false);
  }
}
