package parley.speech.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import parley.json.Json;
import parley.speech.engine.LiveSegmenter;
import parley.speech.engine.Piece;
import parley.speech.transcript.Segment;

/// The text of one stream as its reader sees it: final captions in order, each said once and for
/// all, and after them a guess at what is not final yet, which each new guess replaces. For any
/// thread.
///
/// Three work on it: who hears, and adds whole pieces; who guesses; who writes final texts. Who
/// hears is made to wait while too much waits for its final text.
final class Captions {
  /// Pieces that wait for their final text at most; beyond, the sender has to wait.
  private static final int MAX_WAITING = 3;

  /// A guess is worth its work when there is this much more sound, in seconds.
  private static final double STEP = 0.2;

  private final LiveSegmenter segmenter;
  private final Arrivals arrivals;
  private final Predicate<String> audience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /// Whole, in order.
  private final Deque<Utterance> waiting = new ArrayDeque<>();

  private Utterance growing = new Utterance();
  private boolean partialShown;

  /// Nothing more will be added.
  private boolean complete;

  /// Nobody wants the rest.
  private boolean abandoned;

  /// @param audience takes messages to the client; false when there is none any more
  Captions(LiveSegmenter segmenter, Arrivals arrivals, Predicate<String> audience) {
    this.segmenter = segmenter;
    this.arrivals = arrivals;
    this.audience = audience;
  }

  /// Adds what was heard: pieces that became whole, or none, which still wakes who guesses. Waits
  /// while there is too much already.
  void heard(List<Piece> whole) {
    lock.lock();
    try {
      for (Piece piece : whole) {
        while (waiting.size() >= MAX_WAITING && !abandoned) {
          changed.awaitUninterruptibly();
        }
        growing.piece = piece;
        waiting.add(growing);
        growing = new Utterance();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Says that nothing more will be heard.
  void complete() {
    lock.lock();
    try {
      complete = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Drops what waits: nobody wants it any more.
  void abandon() {
    lock.lock();
    try {
      abandoned = true;
      complete = true;
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The next piece to be written, when there is one; empty at the end of the stream.
  Optional<Utterance> nextFinal() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !complete) {
        changed.awaitUninterruptibly();
      }
      return abandoned ? Optional.empty() : Optional.ofNullable(waiting.peek());
    } finally {
      lock.unlock();
    }
  }

  /// Sends the final text of the first waiting utterance, and after it the guess at what follows.
  void written(Utterance utterance, List<Segment> segments) {
    lock.lock();
    try {
      utterance.written = true;
      waiting.remove(utterance);
      for (Segment segment : segments) {
        tell(
            segment.text(),
            true,
            segment.start(),
            segment.end(),
            segment.confidence() == null ? null : segment.confidence().meanLogProbability());
      }
      boolean guessLeft = partialShown && segments.isEmpty();
      partialShown = false;
      if (guessLeft || !partialText().isEmpty()) {
        sendPartial();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until a guess is worth its work, at most `patience`; empty when none is.
  Optional<Utterance> nextPartial(long patienceNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patienceNanos;
      while (!complete && left > 0) {
        for (Utterance whole : waiting) {
          if (whole.piece != null && whole.partialUpTo < whole.piece.endSeconds() - 0.01) {
            return Optional.of(whole);
          }
        }
        if (segmenter.reach() >= growing.partialUpTo + STEP) {
          return Optional.of(growing);
        }
        left = changed.awaitNanos(left);
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /// The newest sound of an utterance; empty when its final text is there.
  Optional<Piece> sound(Utterance utterance) {
    lock.lock();
    try {
      if (utterance.written || abandoned) {
        return Optional.empty();
      }
      if (utterance.piece != null) {
        return Optional.of(utterance.piece);
      }
    } finally {
      lock.unlock();
    }
    return segmenter.growing();
  }

  /// Sends a new guess.
  void guessed(Utterance utterance, Piece at) {
    lock.lock();
    try {
      utterance.partialUpTo = at.endSeconds();
      if (utterance.written || utterance.agreement.text().isEmpty()) {
        return;
      }
      utterance.partial = utterance.agreement.text();
      utterance.start = at.speechStart();
      utterance.end = at.speechEnd();
      sendPartial();
    } finally {
      lock.unlock();
    }
  }

  /// Whether nobody wants the rest.
  boolean isAbandoned() {
    lock.lock();
    try {
      return abandoned;
    } finally {
      lock.unlock();
    }
  }

  boolean isComplete() {
    lock.lock();
    try {
      return complete;
    } finally {
      lock.unlock();
    }
  }

  private List<Utterance> guesses() {
    List<Utterance> guesses = new ArrayList<>(waiting);
    guesses.add(growing);
    guesses.removeIf(utterance -> utterance.partial.isEmpty());
    return guesses;
  }

  private String partialText() {
    List<String> texts = guesses().stream().map(utterance -> utterance.partial).toList();
    return String.join(" ", texts);
  }

  private void sendPartial() {
    List<Utterance> guesses = guesses();
    double start = guesses.isEmpty() ? 0 : guesses.getFirst().start;
    double end = guesses.isEmpty() ? 0 : guesses.getLast().end;
    partialShown = !guesses.isEmpty();
    tell(partialText(), false, start, end, null);
  }

  private void tell(
      String text, boolean isFinal, double start, double end, @Nullable Double logProbability) {
    Map<String, Object> delta = new LinkedHashMap<>();
    delta.put("type", "delta");
    delta.put("text", text);
    delta.put("is_final", isFinal);
    delta.put("start", hundredths(start));
    delta.put("end", hundredths(end));
    if (logProbability != null) {
      delta.put("confidence", hundredths(Math.exp(logProbability)));
    }
    delta.put("lag_ms", arrivals.millisSince(end, System.nanoTime()));
    if (!audience.test(Json.write(delta))) {
      abandoned = true;
      complete = true;
      waiting.clear();
      changed.signalAll();
    }
  }

  private static double hundredths(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
