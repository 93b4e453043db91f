package parley.speech.engine;

/// Thrown by a [Progress] to stop a transcription; comes out of
/// [SpeechEngine#transcribe(java.nio.file.Path, String, Progress)] unchanged.
public final class Cancelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Cancelled() {
    super("cancelled", null, false, false);
  }
}
