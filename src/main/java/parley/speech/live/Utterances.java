package parley.speech.live;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.background.Monitors;
import parley.speech.engine.GrowingSpeech;
import parley.speech.engine.PartialResult;
import parley.speech.engine.Piece;

/// What was said in a stream and has no final captions yet, in order. For any thread: one adds, one
/// recognises for good, one recognises what is partial.
final class Utterances {
  /// Pieces that wait for their final captions at most; beyond, the sender has to wait.
  private static final int MAX_WAITING = 3;

  /// Messages that wait for the same final captions at most; beyond, the sender has to wait. More
  /// come only of clients that flush again and again.
  private static final int MAX_AFTER = 32;

  /// A partial caption is worth its work when there is this much more sound, in seconds.
  private static final double STEP = 0.5;

  /// In a pause the last partial caption is worth its work when it has not heard this much of the
  /// pause, in seconds: it may become the final one.
  private static final double HEARD_OUT = 0.15;

  private final Captions captions;

  /// Whole, in order.
  private final Deque<Utterance> waiting = new ArrayDeque<>();

  private Utterance growing = new Utterance();
  private @Nullable GrowingSpeech speech;

  /// No more sound will come.
  private boolean complete;

  /// Nobody wants the rest.
  private boolean abandoned;

  Utterances(Captions captions) {
    this.captions = captions;
  }

  /// Takes pieces that became whole, or none, and what is being said now. Waits while too much has
  /// no final captions.
  synchronized void heard(List<Piece> whole, GrowingSpeech now) {
    speech = now;
    for (Piece piece : whole) {
      while (waiting.size() >= MAX_WAITING && !abandoned) {
        Monitors.awaitUninterruptibly(this);
      }
      growing.piece = piece;
      waiting.add(growing);
      growing = new Utterance();
    }
    notifyAll();
  }

  /// Shows something between the captions, at once.
  synchronized void show(LiveFrame frame) {
    showNow(frame);
  }

  /// Shows something once everything heard so far has its final captions. Waits while too much
  /// does.
  synchronized void showAfterFinals(LiveFrame frame) {
    while (!waiting.isEmpty() && waiting.getLast().after.size() >= MAX_AFTER) {
      Monitors.awaitUninterruptibly(this);
    }
    if (waiting.isEmpty()) {
      showNow(frame);
    } else {
      waiting.getLast().after.add(frame);
    }
  }

  private void showNow(LiveFrame frame) {
    if (!abandoned && !captions.show(frame)) {
      abandon();
    }
  }

  /// Ends the stream: no more sound will come.
  synchronized void complete() {
    complete = true;
    notifyAll();
  }

  /// Drops what waits, because nobody wants it any more.
  synchronized void abandon() {
    abandoned = true;
    waiting.clear();
    complete();
  }

  /// The next piece that needs final captions, when there is one; null at the end of the stream.
  synchronized @Nullable Utterance nextWhole() {
    while (waiting.isEmpty() && !complete) {
      Monitors.awaitUninterruptibly(this);
    }
    return waiting.peek();
  }

  synchronized boolean isAbandoned() {
    return abandoned;
  }

  /// Shows the final captions of an utterance.
  synchronized void showFinal(Utterance utterance, FinalCaptions finals) {
    utterance.isFinal = true;
    waiting.remove(utterance);
    if (!abandoned && !captions.showFinal(finals, utterance.after, partial())) {
      abandon();
    }
    notifyAll();
  }

  /// The partial captions of all that has no final ones, as one.
  private Captions.Partial partial() {
    List<Captions.Partial> all = new ArrayList<>();
    waiting.forEach(utterance -> all.add(utterance.partial));
    all.add(growing.partial);
    all.removeIf(Captions.Partial::isEmpty);
    return all.isEmpty()
        ? Captions.Partial.NONE
        : new Captions.Partial(
            all.stream().map(Captions.Partial::text).collect(Collectors.joining(" ")),
            all.getFirst().agreed(),
            all.getFirst().start(),
            all.getLast().end());
  }

  /// An utterance that is worth a partial caption now.
  ///
  /// @param paused whether the speaker has paused, so that it may become the final one
  record Due(Utterance utterance, boolean paused) {}

  /// Waits for an utterance that is worth a partial caption; null when nothing more will be heard.
  ///
  /// @param rest how long to wait at least, unless the speaker pauses
  /// @param notesPauses whether a pause makes a difference
  @Nullable Due nextPartial(Duration rest, boolean notesPauses) throws InterruptedException {
    long rested = System.nanoTime() + rest.toNanos();
    synchronized (this) {
      while (!complete) {
        long left = rested - System.nanoTime();
        Due due = due(left <= 0, notesPauses);
        if (due != null) {
          return due;
        }
        if (left > 0) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        } else {
          wait();
        }
      }
      return null;
    }
  }

  private @Nullable Due due(boolean rested, boolean notesPauses) {
    if (speech != null && notesPauses) {
      OptionalDouble paused = speech.pausedSince();
      if (paused.isPresent() && growing.partialUpTo < paused.getAsDouble() + HEARD_OUT) {
        return new Due(growing, true);
      }
    }
    if (!rested) {
      return null;
    }
    for (Utterance whole : waiting) {
      if (whole.piece != null && whole.partialUpTo < whole.piece.endSeconds() - 0.01) {
        return new Due(whole, false);
      }
    }
    return speech != null && speech.reach() >= growing.partialUpTo + STEP
        ? new Due(growing, false)
        : null;
  }

  /// Notes that a partial caption of this much was considered, whether it comes to one or not.
  synchronized void lookedAt(Utterance utterance, Piece piece) {
    utterance.partialUpTo = piece.endSeconds();
  }

  /// The last partial result of an utterance; null if there is none.
  synchronized @Nullable PartialResult recognised(Utterance utterance) {
    return utterance.recognised;
  }

  /// The newest sound of an utterance; empty when it needs no partial caption any more.
  Optional<Piece> newest(Utterance utterance) {
    @Nullable GrowingSpeech now;
    synchronized (this) {
      if (utterance.isFinal || abandoned) {
        return Optional.empty();
      }
      if (utterance.piece != null) {
        return Optional.of(utterance.piece);
      }
      now = speech;
    }
    return now == null ? Optional.empty() : now.growing();
  }

  /// Shows the partial caption of an utterance, if it still needs one.
  void showPartial(Utterance utterance, PartialResult result) {
    Piece recognised = result.piece();
    synchronized (this) {
      utterance.recognised = result;
      utterance.partialUpTo = recognised.endSeconds();
      String text = utterance.agreement.text();
      if (!utterance.isFinal && !abandoned && !text.isEmpty()) {
        utterance.partial =
            new Captions.Partial(
                text,
                utterance.agreement.agreed(),
                recognised.speechStart(),
                recognised.speechEnd());
        if (!captions.showPartial(partial())) {
          abandon();
        }
      }
    }
  }
}
