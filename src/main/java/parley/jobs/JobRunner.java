package parley.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import parley.db.Database;

/// Runs jobs on this node, several at a time, and takes over those of nodes that died.
public final class JobRunner implements AutoCloseable {
  // db-scheduler presumes a node dead after six missed heartbeats.
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /// db-scheduler requires this limit when it is created, before the drain is known. So it waits
  /// for its jobs until [#close] interrupts them.
  private static final Duration MAX_SHUTDOWN_WAIT = Duration.ofDays(1);

  /// How long it may take to queue interrupted jobs again.
  private static final Duration MAX_POSTPONING = Duration.ofSeconds(15);

  private final Database database;
  private final JobExecutions executions;
  private final JobExecutionHandler handler;
  private final Clock clock;
  private final Settings settings;
  private final List<Scheduler> schedulers = new ArrayList<>();
  private final List<ExecutorService> workers = new ArrayList<>();

  /// How this node runs jobs.
  ///
  /// @param node the name of this node, unique and the same at every start
  /// @param workers number of concurrent jobs of each priority, besides one of a tenant of whom no
  ///   other runs
  /// @param drain how long a shutdown waits for running jobs; evaluated when it begins
  /// @param patience maximum age of a background job that waits for something unavailable; then it
  ///   fails
  public record Settings(String node, int workers, Supplier<Duration> drain, Duration patience) {}

  /// @param kinds by their names
  public JobRunner(
      Database database,
      Jobs jobs,
      JobExecutions executions,
      Map<String, JobKind> kinds,
      Clock clock,
      Settings settings) {
    this.database = database;
    this.executions = executions;
    this.handler =
        new JobExecutionHandler(database, jobs, kinds, clock, settings.workers, settings.patience);
    this.clock = clock;
    this.settings = settings;
  }

  /// Starts running jobs. Releases the executions that this node had picked before a crash: no
  /// other node can have its name, because it locks its data directory.
  public void start() {
    for (JobPriority priority : JobPriority.values()) {
      database.useTransaction(
          transaction -> JobTable.releaseExecutions(transaction, priority, settings.node));
      Scheduler scheduler = scheduler(priority);
      scheduler.start();
      executions.onScheduled(priority, scheduler::triggerCheckForDueExecutions);
      schedulers.add(scheduler);
    }
  }

  private Scheduler scheduler(JobPriority priority) {
    int count = settings.workers + 1;
    ExecutorService threads =
        Executors.newFixedThreadPool(
            count, Thread.ofPlatform().name(priority.table + "-", 1).factory());
    workers.add(threads);
    return Scheduler.create(
            database.pool(),
            Tasks.custom(JobExecutions.TASK)
                .onFailure(new FailureHandler.ExponentialBackoffFailureHandler<>(RETRY))
                .onDeadExecutionRevive()
                .execute((execution, context) -> handler.execute(priority, execution.getId())))
        .clock(clock::instant)
        .tableName(priority.table)
        .schedulerName(new SchedulerName.Fixed(settings.node))
        .threads(count)
        .executorService(threads)
        .pollingInterval(priority.pollingInterval)
        .heartbeatInterval(HEARTBEAT)
        .shutdownMaxWait(MAX_SHUTDOWN_WAIT)
        .build();
  }

  /// Stops taking jobs and waits for the running ones; those that outlast the drain are interrupted
  /// and run again at the next start.
  @Override
  public void close() {
    executions.removeListeners();
    handler.stop();
    long end = System.nanoTime() + settings.drain.get().toNanos();
    // In parallel, because each waits for its jobs.
    List<Thread> stops =
        schedulers.stream().map(scheduler -> Thread.ofPlatform().start(scheduler::stop)).toList();
    try {
      for (Thread stop : stops) {
        stop.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
      workers.forEach(ExecutorService::shutdownNow);
      for (ExecutorService threads : workers) {
        threads.awaitTermination(MAX_POSTPONING.toMillis(), TimeUnit.MILLISECONDS);
      }
      for (Thread stop : stops) {
        stop.join(MAX_POSTPONING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
