package parley.speech.live;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.SampleSink;
import parley.speech.diarisation.OnlineDiarizer;
import parley.speech.diarisation.SpeakerTurn;
import parley.speech.diarisation.VoiceEmbedding;
import parley.speech.engine.LiveEngine;
import parley.speech.engine.Piece;

/// Distinguishes the voices of one stream, on a thread of its own beside the recognition of the
/// same sound. Sound comes on one thread; answers are awaited on another.
///
/// One block of sound at a time is in the engine's queue, so a stream never has more work there
/// than others. Under load, work ahead of time gives way to everybody's partial captions.
final class VoiceTracker implements SampleSink {
  /// Samples that may wait; beyond, the sender has to: eight seconds, half a megabyte.
  private static final int MAX_WAITING = 8 * AudioDecoder.SAMPLE_RATE;

  /// Samples from which on work ahead of time no longer gives way, so that the sender never waits
  /// for it.
  private static final int MANY_WAITING = 6 * AudioDecoder.SAMPLE_RATE;

  /// How long work ahead of time waits for its turn before it is looked at again.
  private static final Duration PATIENCE = Duration.ofMillis(100);

  /// Seconds before a piece whose turns are told as well, for sounds too short to have their own.
  private static final double CONTEXT = 5;

  private final OnlineDiarizer diarizer;
  private final LiveEngine engine;
  private final Runnable onFault;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final float[] waiting = new float[MAX_WAITING];
  private int waitingCount;

  /// Samples before the first that waits.
  private long taken;

  /// Pieces whose turns are wanted, in order.
  private final Deque<Question> questions = new ArrayDeque<>();

  /// The same and those that are answered, until [#next] takes them.
  private final Deque<CompletableFuture<Voices>> answers = new ArrayDeque<>();

  private boolean closed;
  private @Nullable RuntimeException failure;
  private boolean running;

  /// @param onFault called when the models failed
  VoiceTracker(OnlineDiarizer diarizer, LiveEngine engine, Runnable onFault) {
    this.diarizer = diarizer;
    this.engine = engine;
    this.onFault = onFault;
  }

  /// Who speaks in a piece.
  ///
  /// @param turns in order of their start, including those shortly before the piece
  /// @param known the voices of all labels in the turns, as far as they were heard alone
  record Voices(List<SpeakerTurn> turns, Map<String, Voice> known) {}

  /// @param mean of all that was heard of it so far
  /// @param seconds of speech in it
  record Voice(VoiceEmbedding mean, double seconds) {}

  private record Question(double start, double end, CompletableFuture<Voices> answer) {}

  void start() {
    running = true;
    Thread.ofVirtual().name("live-voices").start(this::track);
  }

  @Override
  public void take(float[] block, int count) {
    lock.lock();
    try {
      int at = 0;
      while (at < count && !closed) {
        int part = Math.min(count - at, MAX_WAITING - waitingCount);
        if (part == 0) {
          changed.awaitUninterruptibly();
          continue;
        }
        System.arraycopy(block, at, waiting, waitingCount, part);
        waitingCount += part;
        at += part;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Asks who speaks in a piece whose sound was taken.
  void expect(Piece piece) {
    CompletableFuture<Voices> answer = new CompletableFuture<>();
    lock.lock();
    try {
      answers.add(answer);
      if (failure != null) {
        answer.completeExceptionally(failure);
      } else if (closed) {
        answer.cancel(false);
      } else {
        questions.add(new Question(piece.startSeconds(), piece.endSeconds(), answer));
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the answer about the next piece that was asked about with [#expect].
  ///
  /// @throws CancellationException after [#abandon]
  /// @throws java.io.UncheckedIOException of [parley.speech.engine.EngineUnavailable] when the
  ///   models failed
  Voices next() {
    CompletableFuture<Voices> answer;
    lock.lock();
    try {
      answer = answers.remove();
    } finally {
      lock.unlock();
    }
    try {
      return answer.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  /// Drops what waits, because nobody wants it any more.
  void abandon() {
    lock.lock();
    try {
      closed = true;
      questions.forEach(question -> question.answer.cancel(false));
      questions.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// As [#abandon], and returns when the thread uses the models no more.
  void close() {
    abandon();
    lock.lock();
    try {
      while (running) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Something to compute.
  ///
  /// @param samples how many of those that wait
  /// @param question answered with them; null if they are only a block
  /// @param urgent whether a final caption or the sender waits for it
  private record Step(int samples, @Nullable Question question, boolean urgent) {}

  private void track() {
    try {
      for (Step step = awaitStep(); step != null; step = awaitStep()) {
        Supplier<Optional<Voices>> work = work(step);
        Optional<Optional<Voices>> done =
            step.urgent ? Optional.of(engine.runForFinal(work)) : engine.runWithin(PATIENCE, work);
        if (done.isPresent()) {
          finish(step, done.get());
        }
      }
    } catch (RuntimeException broken) {
      onFault.run();
      fail(broken);
    } finally {
      end();
    }
  }

  private void end() {
    lock.lock();
    try {
      running = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Step awaitStep() {
    lock.lock();
    try {
      while (!closed) {
        Question question = questions.peek();
        if (question == null && waitingCount >= OnlineDiarizer.BLOCK) {
          return new Step(OnlineDiarizer.BLOCK, null, waitingCount >= MANY_WAITING);
        }
        if (question != null) {
          long until = Math.round(question.end * AudioDecoder.SAMPLE_RATE) - taken;
          int count = Math.clamp(until, 0, waitingCount);
          return count >= OnlineDiarizer.BLOCK
              ? new Step(OnlineDiarizer.BLOCK, null, true)
              : new Step(count, question, true);
        }
        changed.awaitUninterruptibly();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private Supplier<Optional<Voices>> work(Step step) {
    // Until they are taken only this thread moves them.
    float[] samples = Arrays.copyOf(waiting, step.samples);
    return () -> {
      diarizer.take(samples, samples.length);
      return Optional.ofNullable(step.question).map(this::answer);
    };
  }

  private Voices answer(Question question) {
    List<SpeakerTurn> turns =
        diarizer.speakers(Math.max(0, question.start - CONTEXT), question.end);
    Map<String, Voice> known = new HashMap<>();
    for (SpeakerTurn turn : turns) {
      VoiceEmbedding mean = diarizer.voice(turn.label());
      if (mean != null) {
        known.put(turn.label(), new Voice(mean, diarizer.seconds(turn.label())));
      }
    }
    return new Voices(turns, known);
  }

  private void finish(Step step, Optional<Voices> voices) {
    lock.lock();
    try {
      int count = step.samples;
      System.arraycopy(waiting, count, waiting, 0, waitingCount - count);
      waitingCount -= count;
      taken += count;
      if (step.question != null && step.question.equals(questions.peek())) {
        questions.remove().answer.complete(voices.orElseThrow());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void fail(RuntimeException broken) {
    lock.lock();
    try {
      failure = Objects.requireNonNull(broken);
      closed = true;
      questions.forEach(question -> question.answer.completeExceptionally(broken));
      questions.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
