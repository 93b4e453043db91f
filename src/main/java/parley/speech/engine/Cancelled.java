package parley.speech.engine;

/// Comes out of a transcription whose thread was interrupted: it stops at the next token instead of
/// the end of the piece. The thread's interrupt stays.
public final class Cancelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Cancelled() {
    super("the transcription was interrupted", null, false, false);
  }
}
