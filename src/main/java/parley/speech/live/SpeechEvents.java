package parley.speech.live;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.speech.engine.LiveSegmenter;
import parley.speech.engine.Piece;

/// Tells when somebody begins and stops to speak. An utterance consists of whole pieces: it ends in
/// a pause after one, so that its text is exactly that of its final captions. For one thread at a
/// time.
final class SpeechEvents {
  private final @Nullable Double pause;
  private boolean speaking;

  /// Seconds of the stream until which there was speech, as far as its pieces are whole.
  private double lastEnd;

  /// @param pause seconds without speech that end an utterance; null if nobody wants to know
  SpeechEvents(@Nullable Double pause) {
    this.pause = pause;
  }

  /// Passes pieces on, with what there is to tell before and after them.
  void pass(List<Piece> whole, LiveSegmenter segmenter, LiveRecogniser next) {
    if (pause == null) {
      next.heard(whole, segmenter);
      return;
    }
    for (Piece piece : whole) {
      spoken(piece.speechStart(), pause, next);
      next.heard(List.of(piece), segmenter);
      lastEnd = piece.speechEnd();
    }
    segmenter.speechStart().ifPresent(start -> spoken(start, pause, next));
    if (whole.isEmpty()) {
      next.heard(whole, segmenter);
    }
    boolean silent = segmenter.speechStart().isEmpty() && !segmenter.isSpeaking();
    if (silent && segmenter.seconds() - lastEnd >= pause) {
      stop(next);
    }
  }

  /// Ends the utterance, because no more sound will come.
  void finish(LiveRecogniser next) {
    stop(next);
  }

  private void spoken(double start, double pause, LiveRecogniser next) {
    if (start - lastEnd >= pause) {
      stop(next);
    }
    if (!speaking) {
      speaking = true;
      next.show(new LiveFrame.SpeechStarted(start));
    }
    lastEnd = Math.max(lastEnd, start);
  }

  private void stop(LiveRecogniser next) {
    if (speaking) {
      speaking = false;
      next.show(new LiveFrame.SpeechStopped(lastEnd));
      next.showAfterFinals(new LiveFrame.UtteranceEnd(lastEnd));
    }
  }
}
