package parley.jobs;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.db.DatabaseUnavailable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;
import parley.storage.StorageUnavailable;

/// Runs one db-scheduler execution: claims a job and works on it until it ends or is postponed.
final class JobExecutionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(JobExecutionHandler.class);

  /// A job is abandoned after this many crashes: its input may be what kills the server.
  private static final int MAX_CRASHES = 2;

  /// Maximum delay between attempts of a postponed job, unless the failure itself asks for more.
  private static final Duration MAX_PAUSE = Duration.ofMinutes(2);

  private static final Duration STORAGE_PAUSE = Duration.ofSeconds(5);

  private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(500);

  private static final CompletionHandler<Void> DONE = new CompletionHandler.OnCompleteRemove<>();

  private final Database database;
  private final Jobs jobs;
  private final Map<String, JobKind> kinds;
  private final Clock clock;
  private final Duration patience;
  private final Map<JobPriority, JobPlaces> places = new EnumMap<>(JobPriority.class);
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  /// @param workers maximum number of concurrent jobs of each priority, besides one of a tenant of
  ///   whom no other runs
  /// @param patience maximum age of a background job that is still being postponed
  JobExecutionHandler(
      Database database,
      Jobs jobs,
      Map<String, JobKind> kinds,
      Clock clock,
      int workers,
      Duration patience) {
    this.database = database;
    this.jobs = jobs;
    this.kinds = kinds;
    this.clock = clock;
    this.patience = patience;
    for (JobPriority priority : JobPriority.values()) {
      places.put(priority, new JobPlaces(workers));
    }
  }

  /// Claims no further jobs, because this node is stopping.
  void stop() {
    places.values().forEach(JobPlaces::stop);
  }

  /// Claims and runs the next job of the priority.
  ///
  /// @param execution the id of the execution
  /// @return what happens to the execution
  CompletionHandler<Void> execute(JobPriority priority, String execution) {
    if (!underWay.add(execution)) {
      // The database was unavailable for so long that db-scheduler presumed this node dead.
      return rescheduled(clock.instant().plus(MAX_PAUSE));
    }
    try {
      return execute(priority, execution, Objects.requireNonNull(places.get(priority)));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while the database was unavailable", stopped);
    } finally {
      underWay.remove(execution);
    }
  }

  private CompletionHandler<Void> execute(JobPriority priority, String execution, JobPlaces lane)
      throws InterruptedException {
    boolean placed = lane.take(Duration.ZERO);
    try {
      Optional<Job> claimed = claim(priority, execution, !placed);
      while (claimed.isEmpty() && !placed) {
        if (lane.isStopping()) {
          return rescheduled(clock.instant());
        }
        placed = lane.take(priority.pollingInterval);
        claimed = claim(priority, execution, !placed);
      }
      return claimed.isPresent() ? work(priority, claimed.get()) : unclaimed(priority);
    } finally {
      if (placed) {
        lane.leave();
      }
    }
  }

  /// @param alone whether it has to be a job of a tenant of whom no other runs
  private Optional<Job> claim(JobPriority priority, String execution, boolean alone)
      throws InterruptedException {
    return database.inTransactionWithRetry(transaction -> {
      Optional<Job> next = JobTable.claim(transaction, priority, execution, alone, clock.instant());
      next.ifPresent(job -> jobs.announce(transaction, job, JobStatus.RUNNING));
      return next;
    });
  }

  /// Either the job that this execution was scheduled for was cancelled, or it was postponed and
  /// the node was killed before it could reschedule the execution.
  private CompletionHandler<Void> unclaimed(JobPriority priority) throws InterruptedException {
    return database
        .inTransactionWithRetry(transaction -> JobTable.nextPostponed(transaction, priority))
        .map(JobExecutionHandler::rescheduled)
        .orElse(DONE);
  }

  private static CompletionHandler<Void> rescheduled(Instant at) {
    return (execution, operations) -> operations.reschedule(execution, at);
  }

  private CompletionHandler<Void> work(JobPriority priority, Job job) throws InterruptedException {
    if (job.crashes() >= MAX_CRASHES) {
      return fail(
          job,
          new Problem(
              ProblemCode.JOB_ABANDONED,
              "The job crashed " + job.crashes() + " times and was abandoned."));
    }
    try {
      JobKind kind = JobKind.of(job, kinds);
      String result = kind.run(job, new StoredProgress(job));
      change(transaction -> {
        Instant now = clock.instant();
        boolean ended = JobTable.complete(transaction, job, result, now);
        if (ended) {
          kind.completed(transaction, job, result, now);
          jobs.ended(transaction, job, JobStatus.COMPLETED);
        }
        return ended;
      });
      return DONE;
    } catch (Problem problem) {
      return failOrPostpone(priority, job, problem, problem.message());
    } catch (JobStopped stopped) {
      LOG.info("{} was cancelled or taken over by another worker", job.id());
      return DONE;
    } catch (IOException e) {
      return postponeUnlessAtFault(priority, job, e)
          .orElseThrow(
              () -> new UncheckedIOException("attempt " + job.attempt() + " of " + job.id(), e));
    } catch (RuntimeException e) {
      return postponeUnlessAtFault(priority, job, e).orElseThrow(() -> e);
    }
  }

  /// @param reason for the operator
  private CompletionHandler<Void> failOrPostpone(
      JobPriority priority, Job job, Problem problem, @Nullable String reason)
      throws InterruptedException {
    Optional<Instant> next = nextAttempt(priority, job, problem);
    if (next.isPresent()) {
      LOG.warn("{} is postponed until {}: {}", job.id(), next.get(), reason);
      return postpone(job, next.get());
    }
    return fail(job, problem);
  }

  /// Returns when to retry a job that failed with a transient problem; empty if that is pointless
  /// or a request is waiting for the job.
  private Optional<Instant> nextAttempt(JobPriority priority, Job job, Problem problem) {
    Duration asked = problem.retryAfter();
    Instant now = clock.instant();
    if (priority != JobPriority.BACKGROUND
        || asked == null
        || now.plus(asked).isAfter(job.createdAt().plus(patience))) {
      return Optional.empty();
    }
    long doubled = asked.toMillis() << Math.clamp(job.attempt() - 1, 0, 10);
    long pause = Math.max(asked.toMillis(), Math.min(doubled, MAX_PAUSE.toMillis()));
    return Optional.of(now.plusMillis(pause));
  }

  /// Queues the job again; this execution claims it then.
  private CompletionHandler<Void> postpone(Job job, Instant until) throws InterruptedException {
    boolean postponed =
        change(transaction -> {
          boolean queued = JobTable.postpone(transaction, job, until);
          if (queued) {
            jobs.announce(transaction, job, JobStatus.QUEUED);
          }
          return queued;
        });
    return postponed ? rescheduled(until) : DONE;
  }

  /// Postpones a job that failed because this node is stopping or because something it needs is
  /// unavailable. Empty if it failed for any other reason.
  private Optional<CompletionHandler<Void>> postponeUnlessAtFault(
      JobPriority priority, Job job, Exception failure) throws InterruptedException {
    // Clears the flag, because an interrupted thread cannot talk to the database.
    if (Thread.interrupted()) {
      LOG.info("{} was interrupted and will run again", job.id());
      return Optional.of(postpone(job, clock.instant()));
    }
    Optional<ServiceUnavailable> away = ServiceUnavailable.findIn(failure);
    if (away.isPresent() && away.get() instanceof StorageUnavailable) {
      LOG.warn("{} is waiting for the store: {}", job.id(), failure.getMessage());
      return Optional.of(postpone(job, clock.instant().plus(STORAGE_PAUSE)));
    }
    if (DatabaseUnavailable.isCauseOf(failure)) {
      LOG.warn("{} will run again: the database was unavailable", job.id());
      return Optional.of(postpone(job, clock.instant()));
    }
    return away.isPresent()
        ? Optional.of(failOrPostpone(priority, job, away.get().problem(), away.get().getMessage()))
        : Optional.empty();
  }

  private CompletionHandler<Void> fail(Job job, Problem problem) throws InterruptedException {
    change(transaction -> {
      boolean failed = JobTable.fail(transaction, job, problem, clock.instant());
      if (failed) {
        jobs.ended(transaction, job, JobStatus.FAILED);
      }
      return failed;
    });
    return DONE;
  }

  private boolean change(Predicate<Handle> work) throws InterruptedException {
    return database.inTransactionWithRetry(work::test);
  }

  /// Stores the progress at intervals, which also reveals whether the job was cancelled.
  private final class StoredProgress implements JobProgress {
    private final Job job;
    private final AtomicLong due = new AtomicLong(System.nanoTime() + PROGRESS_INTERVAL.toNanos());
    private int published;
    private boolean partMissing;

    StoredProgress(Job job) {
      this.job = job;
    }

    @Override
    public void reached(double share) {
      long now = System.nanoTime();
      if (now >= due.get()) {
        due.set(now + PROGRESS_INTERVAL.toNanos());
        boolean _ = store(transaction -> JobTable.progress(transaction, job, share));
      }
    }

    @Override
    public void publish(String part) {
      // Readers expect the parts without gaps.
      if (!partMissing) {
        int number = published++;
        partMissing = !store(transaction -> JobPartTable.publish(transaction, job, number, part));
      }
    }

    private boolean store(Predicate<Handle> change) {
      try {
        if (!database.inTransaction(change::test)) {
          throw new JobStopped();
        }
        return true;
      } catch (DatabaseUnavailable away) {
        // The work itself does not need the database, and its result will wait for it.
        LOG.debug("{} continues without storing its progress", job.id());
        return false;
      }
    }
  }
}
