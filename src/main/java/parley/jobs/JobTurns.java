package parley.jobs;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.db.DatabaseUnavailable;
import parley.jobs.Jobs.Urgency;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;
import parley.storage.StorageUnavailable;

/// What happens in a turn: a job is claimed, worked on, and ends, or goes back to the queue.
final class JobTurns {
  private static final Logger LOG = LoggerFactory.getLogger(JobTurns.class);

  /// A job that was cut off this often is given up: what it works on may be what kills the server.
  private static final int MOST_CRASHES = 2;

  /// Between two attempts of a job whose need is away, unless it asks for longer itself.
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

  private static final Duration STORAGE_OFTEN_BACK_IN = Duration.ofSeconds(5);

  private static final Duration PROGRESS_EVERY = Duration.ofMillis(500);

  /// What becomes of a turn that has been used.
  private static final CompletionHandler<Void> TAKEN = new CompletionHandler.OnCompleteRemove<>();

  private final Database database;
  private final JobTable table = new JobTable();
  private final Jobs jobs;
  private final Map<String, JobKind> kinds;
  private final Clock clock;
  private final Duration patience;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  /// @param patience how old a job in the background may become while what it needs is away
  JobTurns(Database database, Jobs jobs, List<JobKind> kinds, Clock clock, Duration patience) {
    this.database = database;
    this.jobs = jobs;
    this.kinds = kinds.stream().collect(Collectors.toMap(JobKind::name, Function.identity()));
    this.clock = clock;
    this.patience = patience;
  }

  /// Works on whichever job is next.
  ///
  /// @param execution the turn's name
  /// @return what becomes of the turn
  CompletionHandler<Void> take(Urgency lane, String execution) {
    if (!underWay.add(execution)) {
      // The database was away for so long that the turn passes for one of a dead node.
      return again(clock.instant().plus(LONGEST_PAUSE));
    }
    try {
      Optional<Job> claimed =
          database.inTransactionWithRetry(transaction -> {
            Optional<Job> next = table.claim(transaction, lane, execution, clock.instant());
            next.ifPresent(job -> jobs.moved(transaction, job, "running"));
            return next;
          });
      return claimed.isPresent() ? work(lane, claimed.get()) : unclaimed(lane);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while the database was away", stopped);
    } finally {
      underWay.remove(execution);
    }
  }

  /// The job that this turn was scheduled for was cancelled; or it waits, and the node was killed
  /// before it could note that of the turn.
  private CompletionHandler<Void> unclaimed(Urgency lane) throws InterruptedException {
    return database
        .inTransactionWithRetry(transaction -> table.endOfNextWait(transaction, lane))
        .map(JobTurns::again)
        .orElse(TAKEN);
  }

  private static CompletionHandler<Void> again(Instant at) {
    return (turn, operations) -> operations.reschedule(turn, at);
  }

  private CompletionHandler<Void> work(Urgency lane, Job job) throws InterruptedException {
    if (job.crashes() >= MOST_CRASHES) {
      fail(
          job,
          new Problem(
              ProblemCode.JOB_ABANDONED,
              "The job was cut off " + job.crashes() + " times and is given up."));
      return TAKEN;
    }
    try {
      JobKind kind = kind(job);
      String result = kind.run(job, progress(job));
      database.inTransactionWithRetry(transaction -> {
        Instant now = clock.instant();
        boolean ended = table.complete(transaction, job, result, now);
        if (ended) {
          kind.completed(transaction, job, result, now);
          jobs.ended(transaction, job, "completed", 1);
        }
        return ended;
      });
    } catch (Problem problem) {
      return refused(lane, job, problem, problem.message());
    } catch (JobStopped stopped) {
      LOG.info("{} was cancelled or taken away", job.id());
    } catch (IOException e) {
      Optional<CompletionHandler<Void>> putBack = blameless(lane, job, e);
      if (putBack.isEmpty()) {
        throw new UncheckedIOException("attempt " + job.attempt() + " of " + job.id(), e);
      }
      return putBack.get();
    } catch (RuntimeException e) {
      Optional<CompletionHandler<Void>> putBack = blameless(lane, job, e);
      if (putBack.isEmpty()) {
        throw e;
      }
      return putBack.get();
    }
    return TAKEN;
  }

  /// Has the job wait for what says when to come back, or fail.
  ///
  /// @param reason for the operator
  private CompletionHandler<Void> refused(
      Urgency lane, Job job, Problem problem, @Nullable String reason) throws InterruptedException {
    Optional<Instant> again = nextAttempt(lane, job, problem);
    if (again.isPresent()) {
      LOG.warn("{} waits until {}: {}", job.id(), again.get(), reason);
      return postpone(job, again.get());
    }
    fail(job, problem);
    return TAKEN;
  }

  /// What says when to come back is away for a time: where nobody waits for the job, the job waits.
  private Optional<Instant> nextAttempt(Urgency lane, Job job, Problem problem) {
    Duration asked = problem.retryAfter();
    Instant now = clock.instant();
    if (lane != Urgency.BACKGROUND
        || asked == null
        || now.plus(asked).isAfter(job.createdAt().plus(patience))) {
      return Optional.empty();
    }
    long doubled = asked.toMillis() << Math.clamp(job.attempt() - 1, 0, 10);
    long wait = Math.max(asked.toMillis(), Math.min(doubled, LONGEST_PAUSE.toMillis()));
    return Optional.of(now.plusMillis(wait));
  }

  /// Puts the job back until then; the turn is the one that takes it then.
  private CompletionHandler<Void> postpone(Job job, Instant until) throws InterruptedException {
    boolean postponed =
        database.inTransactionWithRetry(transaction -> {
          boolean putBack = table.putBack(transaction, job, until);
          if (putBack) {
            jobs.moved(transaction, job, "queued");
          }
          return putBack;
        });
    return postponed ? again(until) : TAKEN;
  }

  /// Being interrupted by the end of the drain is no fault of the job, nor is what it needs being
  /// away: neither counts as a crash. Empty when it was something else.
  private Optional<CompletionHandler<Void>> blameless(Urgency lane, Job job, Exception failure)
      throws InterruptedException {
    // Cleared, since an interrupted thread cannot talk to the database.
    if (Thread.interrupted()) {
      LOG.info("{} was cut off and runs again", job.id());
      return Optional.of(postpone(job, clock.instant()));
    }
    Optional<ServiceUnavailable> away = ServiceUnavailable.findIn(failure);
    if (away.isPresent() && away.get() instanceof StorageUnavailable) {
      LOG.warn("{} waits for the store: {}", job.id(), failure.getMessage());
      return Optional.of(postpone(job, clock.instant().plus(STORAGE_OFTEN_BACK_IN)));
    }
    if (DatabaseUnavailable.isCauseOf(failure)) {
      LOG.warn("{} runs again: the database was away", job.id());
      return Optional.of(postpone(job, clock.instant()));
    }
    if (away.isPresent()) {
      return Optional.of(refused(lane, job, away.get().problem(), away.get().getMessage()));
    }
    return Optional.empty();
  }

  private JobKind kind(Job job) {
    JobKind kind = kinds.get(job.kind());
    if (kind == null) {
      throw new IllegalStateException("no such kind of job: " + job.kind());
    }
    return kind;
  }

  private void fail(Job job, Problem problem) throws InterruptedException {
    database.inTransactionWithRetry(transaction -> {
      boolean ended = table.fail(transaction, job, problem, clock.instant());
      if (ended) {
        jobs.ended(transaction, job, "failed", 0);
      }
      return ended;
    });
  }

  /// Writes the progress now and then, and learns on that way that the job was cancelled.
  private JobProgress progress(Job job) {
    AtomicLong due = new AtomicLong(System.nanoTime() + PROGRESS_EVERY.toNanos());
    return share -> {
      long now = System.nanoTime();
      if (now < due.get()) {
        return;
      }
      due.set(now + PROGRESS_EVERY.toNanos());
      try {
        if (!database.inTransaction(transaction -> table.progress(transaction, job, share))) {
          throw new JobStopped();
        }
      } catch (DatabaseUnavailable away) {
        // The work itself does not need it; its result waits.
        LOG.debug("{} goes on, unseen", job.id());
      }
    };
  }
}
