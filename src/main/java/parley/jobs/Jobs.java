package parley.jobs;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import parley.auth.Caller;
import parley.db.Database;
import parley.events.Audience;
import parley.events.EventLog;
import parley.events.EventType;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.paging.PageRequest;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.Sha256;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Queues, finds, cancels and awaits jobs.
public final class Jobs {
  /// The end of a job on another node sends no signal to this one, so a waiter also polls.
  private static final Duration POLLING_INTERVAL = Duration.ofMillis(500);

  private final Database database;
  private final JobExecutions executions;
  private final Blobs blobs;
  private final EventLog events;
  private final Clock clock;
  private final Map<JobId, CountDownLatch> waiters = new ConcurrentHashMap<>();
  private volatile boolean released;

  public Jobs(
      Database database, JobExecutions executions, Blobs blobs, EventLog events, Clock clock) {
    this.database = database;
    this.executions = executions;
    this.blobs = blobs;
    this.events = events;
    this.clock = clock;
  }

  /// A job to queue.
  ///
  /// @param kind the [JobKind]'s name
  /// @param request parameters of the kind, as JSON
  /// @param input the content it works on; the job takes over one reference to it
  /// @param attachments further contents, likewise
  public record Order(
      String kind, String request, Sha256 input, List<Sha256> attachments, JobPriority priority) {
    public Order {
      attachments = List.copyOf(attachments);
    }
  }

  /// The content of the event `swp.job`.
  private record JobEvent(JobId jobId, JobStatus status, double progress) {}

  /// Queues a job within the caller's transaction: it runs if and only if that commits.
  public Job queue(Handle transaction, Caller caller, Order order) {
    return queue(transaction, caller.tenant(), caller.user(), order);
  }

  /// Like [#queue(Handle, Caller, Order)], on behalf of a user who requested it earlier.
  public Job queue(Handle transaction, TenantId tenant, UserId user, Order order) {
    Job job =
        new Job(
            JobId.random(),
            tenant,
            user,
            order.kind(),
            order.request(),
            order.input(),
            order.attachments(),
            0,
            0,
            clock.instant(),
            new JobState.Queued());
    JobTable.insert(transaction, job, order.priority());
    executions.schedule(transaction, job.id(), order.priority());
    announce(transaction, job, JobStatus.QUEUED);
    return job;
  }

  /// Finds a job of the caller.
  ///
  /// @throws Problem JOB_NOT_FOUND, also for jobs of other users
  public Job find(Caller caller, JobId id) {
    return database.inTransaction(transaction -> find(transaction, caller, id));
  }

  /// Returns the caller's jobs after the cursor, newest first, with empty results. The total is
  /// exact up to 10,000.
  public Page<Job> list(Caller caller, PageRequest page) {
    return database.inTransaction(transaction -> {
      List<Job> found = JobTable.list(transaction, caller.tenant(), caller.user(), page);
      return page.page(found, job -> new Cursor(job.createdAt(), job.id().value()))
          .counted(JobTable.count(transaction, caller.tenant(), caller.user(), Page.MAX_COUNTED));
    });
  }

  /// How much work waits, of all tenants.
  public QueueState queueState() {
    return database.inTransaction(JobTable::queueState);
  }

  /// Cancels a job of the caller.
  ///
  /// @throws Problem JOB_FINISHED if it has ended
  public Job cancel(Caller caller, JobId id) {
    return database.inTransaction(transaction -> {
      Job job = find(transaction, caller, id);
      if (!JobTable.cancel(transaction, job, clock.instant())) {
        throw new Problem(ProblemCode.JOB_FINISHED, "The job has already ended.");
      }
      ended(transaction, job, JobStatus.CANCELLED);
      return find(transaction, caller, id);
    });
  }

  /// Ends all waits because this node is stopping; the jobs continue here or elsewhere.
  public void release() {
    released = true;
    waiters.values().forEach(CountDownLatch::countDown);
  }

  /// Whether this node is stopping and nobody can wait here any more.
  public boolean isReleased() {
    return released;
  }

  /// Waits until the job has ended; empty if that takes longer than `wait` or [#release] is called.
  ///
  /// @param allowed called at intervals; an exception that it throws ends the wait
  public Optional<Job> await(Caller caller, JobId id, Duration wait, Runnable allowed)
      throws InterruptedException {
    CountDownLatch signal = waiters.computeIfAbsent(id, i -> new CountDownLatch(1));
    try {
      long until = System.nanoTime() + wait.toNanos();
      while (true) {
        allowed.run();
        Job job = find(caller, id);
        if (job.state().ended()) {
          return Optional.of(job);
        }
        long left = until - System.nanoTime();
        if (left <= 0 || released) {
          return Optional.empty();
        }
        boolean told =
            signal.await(Math.min(left, POLLING_INTERVAL.toNanos()), TimeUnit.NANOSECONDS);
        if (told && !released) {
          allowed.run();
          return Optional.of(find(caller, id));
        }
      }
    } finally {
      waiters.remove(id, signal);
    }
  }

  /// Returns the parts of a running job's result that it has published, from number `from` on, in
  /// order. None are left once it has ended.
  public List<String> parts(Caller caller, JobId id, int from) {
    return database.inTransaction(
        transaction -> JobPartTable.list(transaction, caller.tenant(), caller.user(), id, from));
  }

  /// Notifies the job's user of its new status.
  void announce(Handle transaction, Job job, JobStatus status) {
    events.record(
        transaction,
        job.tenant(),
        Audience.user(job.user()),
        EventType.JOB,
        null,
        new JobEvent(job.id(), status, status == JobStatus.COMPLETED ? 1 : 0));
  }

  /// Announces the end of a job, releases its input and wakes the requests that wait for it.
  void ended(Handle transaction, Job job, JobStatus status) {
    announce(transaction, job, status);
    JobPartTable.deleteAll(transaction, job);
    Sha256 input = job.input();
    if (input != null) {
      blobs.releaseAll(
          transaction,
          Stream.concat(Stream.of(input), job.attachments().stream())
              .map(content -> new BlobKey(job.tenant(), content))
              .toList());
    }
    transaction.afterCommit(() -> {
      CountDownLatch waiter = waiters.get(job.id());
      if (waiter != null) {
        waiter.countDown();
      }
    });
  }

  private Job find(Handle transaction, Caller caller, JobId id) {
    return JobTable.find(transaction, caller.tenant(), caller.user(), id)
        .orElseThrow(() -> new Problem(ProblemCode.JOB_NOT_FOUND, "There is no such job."));
  }
}
