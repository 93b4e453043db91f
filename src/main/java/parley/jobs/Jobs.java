package parley.jobs;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.db.Database;
import parley.paging.Cursor;
import parley.paging.Page;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.BlobKey;
import parley.storage.Blobs;
import parley.storage.Sha256;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Asking for work and hearing of it.
public final class Jobs {
  /// How urgent work is. Each has a lane of its own, with its own workers: so a request never waits
  /// for recordings of hours.
  public enum Urgency {
    /// Somebody may look at it later.
    BACKGROUND(0, "scheduled_tasks", Duration.ofSeconds(2)),
    /// A request waits for it.
    WAITED_FOR(1, "scheduled_waited_tasks", Duration.ofMillis(250));

    final int priority;

    /// Where db-scheduler keeps the lane's turns.
    final String turns;

    /// How often to look for turns that other nodes have scheduled; one's own are told of at once.
    final Duration poll;

    Urgency(int priority, String turns, Duration poll) {
      this.priority = priority;
      this.turns = turns;
      this.poll = poll;
    }
  }

  /// A job on another node ends without a signal here, so a waiter also looks for itself.
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final Database database;
  private final JobTable table = new JobTable();
  private final JobExecutions executions;
  private final Blobs blobs;
  private final JobListener listener;
  private final Clock clock;
  private final Map<JobId, CountDownLatch> waiters = new ConcurrentHashMap<>();
  private volatile boolean released;

  public Jobs(
      Database database, JobExecutions executions, Blobs blobs, JobListener listener, Clock clock) {
    this.database = database;
    this.executions = executions;
    this.blobs = blobs;
    this.listener = listener;
    this.clock = clock;
  }

  /// What a job is to do.
  ///
  /// @param kind the [JobKind]'s name
  /// @param request what the kind needs to know, as JSON
  /// @param input the content it works on; the job takes over one use of it
  public record Order(String kind, String request, Sha256 input, Urgency urgency) {}

  /// Queues the work within the caller's transaction: it runs if and only if that commits.
  public Job queue(Handle transaction, Caller caller, Order order) {
    return queue(transaction, caller.tenant(), caller.user(), order);
  }

  /// As [#queue(Handle, Caller, Order)], for a user who has asked for it before and is not here.
  public Job queue(Handle transaction, TenantId tenant, UserId user, Order order) {
    Job job =
        new Job(
            JobId.random(),
            tenant,
            user,
            order.kind(),
            order.request(),
            order.input(),
            0,
            0,
            clock.instant(),
            new JobState.Queued());
    table.insert(transaction, job, order.urgency().priority);
    executions.schedule(transaction, job.id(), order.urgency());
    listener.changed(transaction, job, "queued", 0);
    return job;
  }

  /// A job of the caller; JOB_NOT_FOUND for one that is somebody else's or nobody's.
  public Job find(Caller caller, JobId id) {
    return database.inTransaction(transaction -> find(transaction, caller, id));
  }

  /// The caller's jobs behind the cursor, newest first. The total is told up to 10,000.
  public Page<Job> list(Caller caller, @Nullable Cursor behind, int limit) {
    return database.inTransaction(transaction -> {
      List<Job> found =
          table.list(
              transaction,
              caller.tenant(),
              caller.user(),
              behind == null ? Cursor.START : behind,
              limit + 1);
      return Page.of(found, limit, job -> new Cursor(job.createdAt(), job.id().value()))
          .counted(table.count(transaction, caller.tenant(), caller.user(), Page.MAX_COUNTED));
    });
  }

  /// Cancels a job of the caller. JOB_FINISHED when it has ended.
  public Job cancel(Caller caller, JobId id) {
    return database.inTransaction(transaction -> {
      Job job = find(transaction, caller, id);
      if (!table.cancel(transaction, job, clock.instant())) {
        throw new Problem(ProblemCode.JOB_FINISHED, "The job has ended already.");
      }
      ended(transaction, job, "cancelled", 0);
      return find(transaction, caller, id);
    });
  }

  /// Ends all waits, since this node stops; the jobs go on here or elsewhere.
  public void release() {
    released = true;
    waiters.values().forEach(CountDownLatch::countDown);
  }

  /// Whether this node stops and nobody can wait here any more.
  public boolean isReleased() {
    return released;
  }

  /// Waits until the job has ended, at most `wait` and until [#release]; then empty.
  ///
  /// @param allowed called now and then, to end the wait by what it throws
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
        boolean told = signal.await(Math.min(left, LOOK_EVERY.toNanos()), TimeUnit.NANOSECONDS);
        if (told && !released) {
          allowed.run();
          return Optional.of(find(caller, id));
        }
      }
    } finally {
      waiters.remove(id, signal);
    }
  }

  /// A job was begun, or given back to the queue.
  void moved(Handle transaction, Job job, String status) {
    listener.changed(transaction, job, status, 0);
  }

  /// What the end of a job brings with it: its input is released, its waiters are told.
  void ended(Handle transaction, Job job, String status, double progress) {
    listener.changed(transaction, job, status, progress);
    Sha256 input = job.input();
    if (input != null) {
      blobs.release(transaction, new BlobKey(job.tenant(), input));
    }
    transaction.afterCommit(() -> {
      CountDownLatch waiter = waiters.get(job.id());
      if (waiter != null) {
        waiter.countDown();
      }
    });
  }

  private Job find(Handle transaction, Caller caller, JobId id) {
    return table
        .find(transaction, caller.tenant(), caller.user(), id)
        .orElseThrow(() -> new Problem(ProblemCode.JOB_NOT_FOUND, "There is no such job."));
  }
}
