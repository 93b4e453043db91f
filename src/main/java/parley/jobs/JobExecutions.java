package parley.jobs;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerClient.ScheduleOptions;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;

/// The executions in db-scheduler's table: one for each job that waits. An execution is a turn, not
/// a job: whichever job is next takes it, so that no tenant's queue stands before another's.
public final class JobExecutions {
  static final TaskDescriptor<Void> TURN = TaskDescriptor.of("job");

  private final Clock clock;
  private final AtomicReference<Runnable> wake = new AtomicReference<>(() -> {});

  public JobExecutions(Clock clock) {
    this.clock = clock;
  }

  /// What to call when something was scheduled on this node.
  void onScheduled(Runnable runnable) {
    wake.set(runnable);
  }

  /// Schedules a turn within the transaction.
  void schedule(Handle transaction, JobId id, int priority) {
    SchedulerClient.Builder.create(new OneConnection(transaction.getConnection()))
        .enablePriority()
        .build()
        .schedule(
            TURN.instance(id.toString()).priority(priority).scheduledTo(clock.instant()),
            ScheduleOptions.WHEN_EXISTS_DO_NOTHING);
    transaction.afterCommit(() -> wake.get().run());
  }
}
