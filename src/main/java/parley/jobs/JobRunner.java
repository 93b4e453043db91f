package parley.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import parley.db.Database;
import parley.jobs.Jobs.Urgency;

/// Works on jobs on this node, several at a time, and takes over those of nodes that died.
public final class JobRunner implements AutoCloseable {
  // A node that is silent for six heartbeats is dead (db-scheduler's own limit).
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /// The scheduler waits for its jobs until they are cut off here: it is told how long when it is
  /// made, which is too early.
  private static final Duration NO_END = Duration.ofDays(1);

  /// How long jobs that are cut off may take to be put back.
  private static final Duration PUTTING_BACK = Duration.ofSeconds(15);

  private final Database database;
  private final JobExecutions executions;
  private final JobTurns turns;
  private final Clock clock;
  private final Settings settings;
  private final List<Scheduler> schedulers = new ArrayList<>();
  private final List<ExecutorService> workers = new ArrayList<>();

  /// How this node runs jobs.
  ///
  /// @param node this node's name, the same at every start and no other node's
  /// @param workers how many jobs of each urgency at a time
  /// @param drain how long a stop waits for the jobs under way; asked for when it begins
  /// @param patience how old a job in the background may become while what it needs is away, before
  ///   it fails
  public record Settings(String node, int workers, Supplier<Duration> drain, Duration patience) {}

  public JobRunner(
      Database database,
      Jobs jobs,
      JobExecutions executions,
      List<JobKind> kinds,
      Clock clock,
      Settings settings) {
    this.database = database;
    this.executions = executions;
    this.turns = new JobTurns(database, jobs, kinds, clock, settings.patience);
    this.clock = clock;
    this.settings = settings;
  }

  /// Begins to work. What this node had picked before a crash is free again at once.
  public void start() {
    for (Urgency lane : Urgency.values()) {
      releasePicked(lane);
      Scheduler scheduler = scheduler(lane);
      scheduler.start();
      executions.onScheduled(lane, scheduler::triggerCheckForDueExecutions);
      schedulers.add(scheduler);
    }
  }

  private Scheduler scheduler(Urgency lane) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            settings.workers, Thread.ofPlatform().name(lane.turns + "-", 1).factory());
    workers.add(threads);
    return Scheduler.create(
            database.pool(),
            Tasks.custom(JobExecutions.TURN)
                .onFailure(new FailureHandler.ExponentialBackoffFailureHandler<>(RETRY))
                .onDeadExecutionRevive()
                .execute((turn, context) -> turns.take(lane, turn.getId())))
        .clock(clock::instant)
        .tableName(lane.turns)
        .schedulerName(new SchedulerName.Fixed(settings.node))
        .threads(settings.workers)
        .executorService(threads)
        .pollingInterval(lane.poll)
        .heartbeatInterval(HEARTBEAT)
        .shutdownMaxWait(NO_END)
        .build();
  }

  /// Takes no more turns and waits for the jobs under way; what is not done by then is cut off and
  /// runs again at the next start.
  @Override
  public void close() {
    executions.forget();
    long end = System.nanoTime() + settings.drain.get().toNanos();
    // At once, since each waits for its jobs.
    List<Thread> stops =
        schedulers.stream().map(scheduler -> Thread.ofPlatform().start(scheduler::stop)).toList();
    try {
      for (Thread stop : stops) {
        stop.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
      workers.forEach(ExecutorService::shutdownNow);
      for (ExecutorService threads : workers) {
        threads.awaitTermination(PUTTING_BACK.toMillis(), TimeUnit.MILLISECONDS);
      }
      for (Thread stop : stops) {
        stop.join(PUTTING_BACK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// One node of this name runs at a time (its data directory is locked), so whatever bears its
  /// name at start was left by a crash.
  private void releasePicked(Urgency lane) {
    database.useTransaction(transaction ->
        transaction
            .createUpdate(
                """
                update <turns>
                set picked = false, picked_by = null, last_heartbeat = null
                where picked and picked_by = :node
                """)
            .define("turns", lane.turns)
            .bind("node", settings.node)
            .execute());
  }
}
