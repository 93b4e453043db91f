package parley.speech.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.SoundDecoder;
import parley.speech.engine.LiveEngine;
import parley.speech.engine.LiveSegmenter;
import parley.speech.engine.Piece;
import parley.speech.engine.Segmentation;

/// One stream of sound and the captions made of it. Sound is taken from one thread; it may be ended
/// from any, and ends itself when something is wrong.
final class LiveStream {
  private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);

  /// A sender that is so far ahead of the clock plays a file; it gets no guesses, which would be
  /// outdated at once, and always the more exact text, of pieces that are cut for that.
  private static final double AHEAD_SECONDS = 3;

  /// So long English waits for Whisper before the quicker model writes it.
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /// As long as a stream can take: no quicker way is wanted.
  private static final Duration NO_HURRY = Duration.ofHours(1);

  /// Speech from which the language is told, in seconds.
  private static final double TELLING_SPEECH = 1.5;

  /// A stream of which nothing came for so long has paused.
  private static final Duration NO_SOUND = Duration.ofMillis(400);

  /// Speech that is worth a guess, in seconds; less is often a noise.
  private static final double MIN_PARTIAL_SPEECH = 0.3;

  private static final int RATE = AudioDecoder.SAMPLE_RATE;

  /// Audio between two entries on the meter: as much as a crash gives away.
  private static final long METERED_SAMPLES = 5L * RATE;

  /// What a stream is made of.
  ///
  /// @param segmentation for who plays in real time
  /// @param partials null when no guesses are wanted or allowed
  /// @param account is told now and then how much was heard
  record Parts(
      LiveSegmenter segmenter,
      Segmentation segmentation,
      PieceWriter writer,
      @Nullable LiveEngine partials,
      Duration maxAudio,
      Account account,
      Predicate<String> audience) {}

  /// Pays for what is heard.
  interface Account {
    /// Meters all that was heard so far.
    ///
    /// @throws Problem BUDGET_EXCEEDED when that was all that the budget pays for
    void heard(Duration audio);
  }

  private final Parts parts;
  private final Captions captions;
  private final Arrivals arrivals = new Arrivals();
  private final long began = System.nanoTime();
  private final AtomicReference<@Nullable Problem> failure = new AtomicReference<>();
  private final AtomicBoolean deaf = new AtomicBoolean();

  /// Keeps pieces in order: a decoder hears on its own thread, and a flush comes on another.
  private final ReentrantLock hearing = new ReentrantLock();

  private final OnFailure onFailure;
  private volatile @Nullable String language;
  private final AtomicLong samples = new AtomicLong();
  private long meteredSamples;

  /// Whether a flush waits for more sound; guarded by `hearing`.
  private boolean awaiting;

  private @Nullable Thread finalWork;
  private @Nullable Thread partialWork;
  private @Nullable SoundDecoder decoder;

  /// Hears of a fault; called once at most, on any thread.
  interface OnFailure {
    void failed(Problem problem);
  }

  LiveStream(Parts parts, @Nullable String language, OnFailure onFailure) {
    this.parts = parts;
    this.language = language;
    this.onFailure = onFailure;
    this.captions = new Captions(parts.segmenter(), arrivals, parts.audience());
  }

  /// Begins to work; the stream is to be ended in any case.
  ///
  /// @param media decodes what will arrive
  void start(SoundDecoder media) {
    decoder = media;
    finalWork = Thread.ofVirtual().name("live-finalWork").start(this::recogniseFinals);
    if (parts.partials() != null) {
      LiveEngine partials = parts.partials();
      partialWork =
          Thread.ofVirtual().name("live-partialWork").start(() -> recognisePartials(partials));
    }
  }

  /// How much audio was heard.
  Duration audio() {
    return Duration.ofNanos(samples.get() * (1_000_000_000L / RATE));
  }

  /// ISO 639-1; null as long as it is not known.
  @Nullable String language() {
    return language;
  }

  /// Takes the next bytes of sound; blocks while there is too much to do.
  void sound(ByteBuffer bytes) throws IOException {
    if (decoder != null && !deaf.get()) {
      decoder.write(bytes);
    }
  }

  /// Takes decoded sound.
  void hear(float[] block, int count) {
    if (deaf.get() || count == 0) {
      return;
    }
    hearing.lock();
    try {
      parts.segmenter().cut(isAhead() ? Segmentation.RELAXED : parts.segmentation());
      List<Piece> whole = parts.segmenter().add(block, count);
      arrivals.reached(samples.addAndGet(count) / (double) RATE, System.nanoTime());
      captions.heard(whole);
    } finally {
      hearing.unlock();
    }
    check();
  }

  /// Wants the final text of what was said so far.
  void flush() {
    settle();
    hearing.lock();
    try {
      captions.heard(parts.segmenter().flush());
      if (parts.segmenter().isFlushing() && !awaiting) {
        awaiting = true;
        Thread.ofVirtual().name("live-flush").start(this::awaitSound);
      }
    } finally {
      hearing.unlock();
    }
  }

  /// Ends a flush that waits for more sound when none comes.
  private void awaitSound() {
    long heard = -1;
    try {
      while (heard != samples.get()) {
        heard = samples.get();
        Thread.sleep(NO_SOUND);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    hearing.lock();
    try {
      awaiting = false;
      if (!deaf.get() && parts.segmenter().isFlushing()) {
        captions.heard(parts.segmenter().flushNow());
      }
    } finally {
      hearing.unlock();
    }
  }

  private void settle() {
    try {
      if (decoder != null && !deaf.get()) {
        decoder.settle();
      }
    } catch (InterruptedException e) {
      // Flushes what is here.
      Thread.currentThread().interrupt();
    }
  }

  /// Hears no more, and returns when everything heard has its final text.
  ///
  /// @throws Problem when something has none; also where [OnFailure] has heard of that already
  void finish() throws IOException, InterruptedException {
    try {
      if (decoder != null) {
        decoder.end();
      }
    } finally {
      deaf.set(true);
      captions.heard(parts.segmenter().finish());
      captions.complete();
      join();
    }
    Problem wrong = failure.get();
    if (wrong != null) {
      throw wrong;
    }
  }

  /// Hears no more and drops what has no final text; never blocks for long.
  void abandon() {
    deaf.set(true);
    captions.abandon();
    if (decoder != null) {
      decoder.close();
    }
  }

  /// Waits for what still works, and lets go of everything. To be called last.
  void close() throws InterruptedException {
    captions.complete();
    if (decoder != null) {
      decoder.close();
    }
    join();
    parts.segmenter().close();
  }

  private void join() throws InterruptedException {
    if (partialWork != null) {
      partialWork.join();
    }
    if (finalWork != null) {
      finalWork.join();
    }
  }

  private void check() {
    if (audio().compareTo(parts.maxAudio()) > 0) {
      fail(
          new Problem(
              ProblemCode.AUDIO_TOO_LONG,
              "A stream has at max " + parts.maxAudio().toMinutes() + " minutes."));
    } else if (samples.get() - meteredSamples >= METERED_SAMPLES) {
      meteredSamples = samples.get();
      try {
        parts.account().heard(audio());
      } catch (Problem unaffordable) {
        fail(unaffordable);
      }
    }
  }

  private void fail(Problem problem) {
    if (failure.compareAndSet(null, problem)) {
      deaf.set(true);
      onFailure.failed(problem);
    }
  }

  private boolean isAhead() {
    double passed = (System.nanoTime() - began) / 1e9;
    return samples.get() / (double) RATE > passed + AHEAD_SECONDS;
  }

  private void recogniseFinals() {
    try {
      for (Optional<Utterance> next = captions.nextFinal();
          next.isPresent();
          next = captions.nextFinal()) {
        write(next.get());
      }
    } catch (CancellationException unwanted) {
      captions.abandon();
    } catch (Problem problem) {
      captions.abandon();
      fail(problem);
    } catch (IOException | RuntimeException fault) {
      LOG.error("a stream could not be written down", fault);
      captions.abandon();
      fail(new Problem(ProblemCode.INTERNAL, "The server failed."));
    }
  }

  private void write(Utterance utterance) throws IOException {
    Piece piece = utterance.piece;
    if (piece == null) {
      throw new IllegalStateException("only whole pieces are written");
    }
    Duration patience = isAhead() ? NO_HURRY : PATIENCE;
    LiveEngine.Written written =
        parts.writer().write(piece, language, patience, captions::isAbandoned);
    if (language == null) {
      language = written.language();
    }
    captions.written(utterance, written.segments());
  }

  private void recognisePartials(LiveEngine partials) {
    try {
      while (!captions.isComplete()) {
        Optional<Utterance> next = captions.nextPartial(1_000_000_000L);
        if (next.isPresent()) {
          Duration work = recognisePartial(partials, next.get());
          // Never more than half a processor for one stream.
          Thread.sleep(work);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException fault) {
      // The final texts go on without.
      LOG.error("a stream's guesses ended", fault);
    }
  }

  /// Guesses once; answers how long the guess itself took.
  private Duration recognisePartial(LiveEngine partials, Utterance utterance)
      throws InterruptedException {
    String spoken = language;
    Optional<Piece> now = captions.sound(utterance);
    double min = spoken == null ? TELLING_SPEECH : MIN_PARTIAL_SPEECH;
    if (isAhead() || now.isEmpty() || now.get().spoken() < min) {
      // Not worth it yet; looked at again when there is more sound.
      return Duration.ofMillis(100);
    }
    if (spoken == null) {
      partials.language(now.get()).ifPresent(told -> language = told);
      return Duration.ofMillis(500);
    }
    long[] from = new long[1];
    Optional<Piece> recognised =
        partials.partial(
            () -> {
              from[0] = System.nanoTime();
              return captions.sound(utterance);
            },
            spoken,
            utterance.agreement);
    Duration work = Duration.ofNanos(System.nanoTime() - from[0]);
    recognised.ifPresent(piece -> captions.guessed(utterance, piece));
    return work;
  }
}
