package parley.speech.live;

import java.time.Duration;
import java.util.List;
import parley.speech.decoding.SampleSink;
import parley.speech.engine.LiveSegmenter;
import parley.speech.engine.Piece;
import parley.speech.engine.Segmentation;

/// Finds the speech in a stream and passes it on in pieces, in order. Sound comes on a decoder's
/// thread, a flush on another.
final class SpeechPieces implements SampleSink {
  /// A stream without new sound for this long has paused.
  private static final Duration NO_SOUND = Duration.ofMillis(400);

  private final LiveSegmenter segmenter;
  private final Captioners.Chosen chosen;
  private final SoundClock clock;
  private final SpeechEvents events;
  private final LiveRecogniser next;

  /// Whether a flush waits for more sound; guarded by `inOrder`.
  private boolean awaitingSound;

  /// Flushes that are not answered yet; guarded by `inOrder`.
  private int flushes;

  private volatile boolean closed;

  /// @param segmenter closed by [#close]
  /// @param chosen says where the speech of who plays in real time is cut
  SpeechPieces(
      LiveSegmenter segmenter,
      Captioners.Chosen chosen,
      SoundClock clock,
      SpeechEvents events,
      LiveRecogniser next) {
    this.segmenter = segmenter;
    this.chosen = chosen;
    this.clock = clock;
    this.events = events;
    this.next = next;
  }

  @Override
  public synchronized void take(float[] block, int count) {
    // Nobody waits for the words of a file: longer pieces are understood better.
    segmenter.cut(clock.isAhead() ? Segmentation.RELAXED : chosen.segmentation(next.language()));
    List<Piece> whole = segmenter.add(block, count);
    clock.reached(segmenter.seconds());
    pass(whole);
  }

  private void pass(List<Piece> whole) {
    events.pass(whole, segmenter, next);
    for (; flushes > 0 && !segmenter.isFlushing(); flushes--) {
      next.showAfterFinals(new LiveFrame.Flushed());
    }
  }

  /// Passes on what was said so far, and says so.
  ///
  /// @param exactly false to listen a moment longer to who has just begun to speak
  synchronized void flush(boolean exactly) {
    flushes++;
    pass(exactly ? segmenter.flushNow() : segmenter.flush());
    if (segmenter.isFlushing() && !awaitingSound) {
      awaitingSound = true;
      Thread.ofVirtual().name("live-flush").start(this::awaitSound);
    }
  }

  /// Ends a flush that waits for more sound when none comes.
  private void awaitSound() {
    double heard = -1;
    try {
      while (heard != segmenter.seconds()) {
        heard = segmenter.seconds();
        Thread.sleep(NO_SOUND);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      awaitingSound = false;
      if (!closed && segmenter.isFlushing()) {
        pass(segmenter.flushNow());
      }
    }
  }

  /// Passes on the rest: no sound will follow.
  synchronized void finish() {
    List<Piece> rest = segmenter.finish();
    pass(rest);
    events.finish(next);
    next.complete();
  }

  synchronized void close() {
    closed = true;
    segmenter.close();
  }
}
