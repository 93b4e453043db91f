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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.background.Monitors;
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
  public synchronized void take(float[] block, int count) {
    int at = 0;
    while (at < count && !closed) {
      int part = Math.min(count - at, MAX_WAITING - waitingCount);
      if (part == 0) {
        Monitors.awaitUninterruptibly(this);
        continue;
      }
      System.arraycopy(block, at, waiting, waitingCount, part);
      waitingCount += part;
      at += part;
      notifyAll();
    }
  }

  /// Asks who speaks in a piece whose sound was taken.
  void expect(Piece piece) {
    CompletableFuture<Voices> answer = new CompletableFuture<>();
    synchronized (this) {
      answers.add(answer);
      if (failure != null) {
        answer.completeExceptionally(failure);
      } else if (closed) {
        answer.cancel(false);
      } else {
        questions.add(new Question(piece.startSeconds(), piece.endSeconds(), answer));
        notifyAll();
      }
    }
  }

  /// Waits for the answer about the next piece that was asked about with [#expect].
  ///
  /// @throws CancellationException after [#abandon]
  /// @throws java.io.UncheckedIOException of [parley.speech.engine.EngineUnavailable] when the
  ///   models failed
  Voices next() {
    CompletableFuture<Voices> answer;
    synchronized (this) {
      answer = answers.remove();
    }
    try {
      return answer.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  /// Drops what waits, because nobody wants it any more.
  synchronized void abandon() {
    closed = true;
    questions.forEach(question -> question.answer.cancel(false));
    questions.clear();
    notifyAll();
  }

  /// As [#abandon], and returns when the thread uses the models no more.
  void close() {
    abandon();
    synchronized (this) {
      while (running) {
        Monitors.awaitUninterruptibly(this);
      }
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

  private synchronized void end() {
    running = false;
    notifyAll();
  }

  private synchronized @Nullable Step awaitStep() {
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
      Monitors.awaitUninterruptibly(this);
    }
    return null;
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

  private synchronized void finish(Step step, Optional<Voices> voices) {
    int count = step.samples;
    System.arraycopy(waiting, count, waiting, 0, waitingCount - count);
    waitingCount -= count;
    taken += count;
    if (step.question != null && step.question.equals(questions.peek())) {
      questions.remove().answer.complete(voices.orElseThrow());
    }
    notifyAll();
  }

  private synchronized void fail(RuntimeException broken) {
    failure = Objects.requireNonNull(broken);
    closed = true;
    questions.forEach(question -> question.answer.completeExceptionally(broken));
    questions.clear();
    notifyAll();
  }
}
