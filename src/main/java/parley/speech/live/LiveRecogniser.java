package parley.speech.live;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.problem.Problem;
import parley.speech.engine.GrowingSpeech;
import parley.speech.engine.LiveEngine;
import parley.speech.engine.Piece;

/// Recognises the pieces of one stream, on two threads of its own: the final captions of whole
/// pieces, one after the other, and the partial captions of what has none yet.
final class LiveRecogniser {
  private static final Logger LOG = LoggerFactory.getLogger(LiveRecogniser.class);

  /// Pieces that wait for their final captions at most; beyond, the sender has to wait.
  private static final int MAX_WAITING = 3;

  /// A partial caption is worth its work when there is this much more sound, in seconds.
  private static final double STEP = 0.2;

  /// So long English waits for Whisper before the quicker model writes it.
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /// As long as a stream can take: no quicker way is wanted.
  private static final Duration NO_HURRY = Duration.ofHours(1);

  /// Speech from which the language is told, in seconds.
  private static final double MIN_LANGUAGE_SPEECH = 1.5;

  /// Speech that is worth a partial caption, in seconds; less is often a noise.
  private static final double MIN_PARTIAL_SPEECH = 0.3;

  private final FinalRecogniser finals;
  private final @Nullable LiveEngine partials;
  private final SoundClock clock;
  private final Captions captions;
  private final Consumer<Problem> onFailure;
  private final List<Thread> workers = new ArrayList<>();
  private volatile @Nullable String language;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /// Whole, in order.
  private final Deque<Utterance> waiting = new ArrayDeque<>();

  private Utterance growing = new Utterance();
  private @Nullable GrowingSpeech speech;

  /// Nothing more will be added.
  private boolean complete;

  /// Nobody wants the rest.
  private boolean abandoned;

  /// @param partials null when no partial captions are wanted or allowed
  /// @param language ISO 639-1; null to detect it
  /// @param onFailure told at most once that the final captions end here, on any thread
  LiveRecogniser(
      FinalRecogniser finals,
      @Nullable LiveEngine partials,
      @Nullable String language,
      SoundClock clock,
      Captions captions,
      Consumer<Problem> onFailure) {
    this.finals = finals;
    this.partials = partials;
    this.language = language;
    this.clock = clock;
    this.captions = captions;
    this.onFailure = onFailure;
  }

  void start() {
    workers.add(Thread.ofVirtual().name("live-finals").start(this::recogniseFinals));
    LiveEngine engine = partials;
    if (engine != null) {
      workers.add(Thread.ofVirtual().name("live-partials").start(() -> recognisePartials(engine)));
    }
  }

  /// ISO 639-1; null as long as it is not known.
  @Nullable String language() {
    return language;
  }

  /// Takes pieces that became whole, or none, and what is being said now. Waits while too much has
  /// no final captions.
  void heard(List<Piece> whole, GrowingSpeech now) {
    lock.lock();
    try {
      speech = now;
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
      waiting.clear();
      complete();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until everything is recognised that was heard before [#complete].
  void join() throws InterruptedException {
    for (Thread worker : workers) {
      worker.join();
    }
  }

  private void recogniseFinals() {
    try {
      for (Utterance next = nextWhole(); next != null; next = nextWhole()) {
        Piece piece = next.piece;
        if (piece == null) {
          throw new IllegalStateException("only whole pieces wait");
        }
        LiveEngine.Written written =
            finals.recognise(
                piece, language, clock.isAhead() ? NO_HURRY : PATIENCE, this::isAbandoned);
        if (language == null) {
          language = written.language();
        }
        show(next, written);
      }
    } catch (CancellationException unwanted) {
      abandon();
    } catch (Problem problem) {
      abandon();
      onFailure.accept(problem);
    } catch (IOException | RuntimeException fault) {
      abandon();
      onFailure.accept(LiveFaults.problem(fault));
    }
  }

  /// The next piece that needs final captions, when there is one; null at the end of the stream.
  private @Nullable Utterance nextWhole() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !complete) {
        changed.awaitUninterruptibly();
      }
      return waiting.peek();
    } finally {
      lock.unlock();
    }
  }

  private boolean isAbandoned() {
    lock.lock();
    try {
      return abandoned;
    } finally {
      lock.unlock();
    }
  }

  private void show(Utterance utterance, LiveEngine.Written written) {
    lock.lock();
    try {
      utterance.isFinal = true;
      waiting.remove(utterance);
      if (!abandoned && !captions.showFinal(written.segments(), partial())) {
        abandon();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
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
            all.getFirst().start(),
            all.getLast().end());
  }

  private void recognisePartials(LiveEngine engine) {
    try {
      for (Utterance next = nextPartial(); next != null; next = nextPartial()) {
        Duration work = recognisePartial(engine, next);
        // Never more than half a processor for one stream.
        Thread.sleep(work);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException fault) {
      LOG.error("a stream has no more partial captions; the final ones go on", fault);
    }
  }

  /// The next utterance that is worth a partial caption; null when nothing more will be heard.
  private @Nullable Utterance nextPartial() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!complete) {
        for (Utterance whole : waiting) {
          if (whole.piece != null && whole.partialUpTo < whole.piece.endSeconds() - 0.01) {
            return whole;
          }
        }
        if (speech != null && speech.reach() >= growing.partialUpTo + STEP) {
          return growing;
        }
        changed.await();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /// Recognises once what is being said.
  ///
  /// @return how long to leave it alone: as long as the work took, or until there may be more sound
  private Duration recognisePartial(LiveEngine engine, Utterance utterance) {
    String spoken = language;
    Optional<Piece> now = newest(utterance);
    double minSpeech = spoken == null ? MIN_LANGUAGE_SPEECH : MIN_PARTIAL_SPEECH;
    if (clock.isAhead() || now.isEmpty() || now.get().spoken() < minSpeech) {
      return Duration.ofMillis(100);
    }
    if (spoken == null) {
      engine.language(now.get()).ifPresent(told -> language = told);
      return Duration.ofMillis(500);
    }
    long[] began = new long[1];
    Optional<Piece> recognised =
        engine.partial(
            () -> {
              began[0] = System.nanoTime();
              return newest(utterance);
            },
            spoken,
            utterance.agreement);
    Duration work = Duration.ofNanos(System.nanoTime() - began[0]);
    recognised.ifPresent(piece -> show(utterance, piece));
    return work;
  }

  /// The newest sound of an utterance; empty when it needs no partial caption any more.
  private Optional<Piece> newest(Utterance utterance) {
    @Nullable GrowingSpeech now;
    lock.lock();
    try {
      if (utterance.isFinal || abandoned) {
        return Optional.empty();
      }
      if (utterance.piece != null) {
        return Optional.of(utterance.piece);
      }
      now = speech;
    } finally {
      lock.unlock();
    }
    return now == null ? Optional.empty() : now.growing();
  }

  private void show(Utterance utterance, Piece recognised) {
    lock.lock();
    try {
      utterance.partialUpTo = recognised.endSeconds();
      String text = utterance.agreement.text();
      if (!utterance.isFinal && !abandoned && !text.isEmpty()) {
        utterance.partial =
            new Captions.Partial(text, recognised.speechStart(), recognised.speechEnd());
        if (!captions.showPartial(partial())) {
          abandon();
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
