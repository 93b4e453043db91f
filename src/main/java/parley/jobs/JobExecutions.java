package parley.jobs;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerClient.ScheduleOptions;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import parley.jobs.Jobs.Urgency;

/// The executions in db-scheduler's table: one for each job that waits. An execution is a turn, not
/// a job: whichever job is next takes it, so that no tenant's queue stands before another's.
public final class JobExecutions {
  static final TaskDescriptor<Void> TURN = TaskDescriptor.of("job");

  private final Clock clock;
  private final Map<Urgency, Runnable> wake = new ConcurrentHashMap<>();

  public JobExecutions(Clock clock) {
    this.clock = clock;
  }

  /// What to call when something was scheduled in the lane on this node.
  void onScheduled(Urgency lane, Runnable runnable) {
    wake.put(lane, runnable);
  }

  /// Nothing is to be called any more.
  void forget() {
    wake.clear();
  }

  /// Schedules a turn in the lane, within the transaction.
  void schedule(Handle transaction, JobId id, Urgency lane) {
    SchedulerClient.Builder.create(new OneConnection(transaction.getConnection()))
        .tableName(lane.turns)
        .build()
        .schedule(
            TURN.instance(id.toString()).scheduledTo(clock.instant()),
            ScheduleOptions.WHEN_EXISTS_DO_NOTHING);
    transaction.afterCommit(() -> wake.getOrDefault(lane, () -> {}).run());
  }
}
