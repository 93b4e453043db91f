package parley.jobs;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerClient.ScheduleOptions;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/// Schedules executions in db-scheduler's tables, one for each waiting job. An execution is not
/// tied to a job: [JobTable#claim] decides which job it runs, so that one tenant's queue never
/// delays another's.
public final class JobExecutions {
  static final TaskDescriptor<Void> TASK = TaskDescriptor.of("job");

  private final Clock clock;
  private final Map<JobPriority, Runnable> listeners = new ConcurrentHashMap<>();

  public JobExecutions(Clock clock) {
    this.clock = clock;
  }

  /// Registers a listener that is called whenever this node has scheduled an execution of the
  /// priority.
  void onScheduled(JobPriority priority, Runnable listener) {
    listeners.put(priority, listener);
  }

  /// Removes all listeners.
  void removeListeners() {
    listeners.clear();
  }

  /// Schedules an execution within the transaction.
  void schedule(Handle transaction, JobId id, JobPriority priority) {
    SchedulerClient.Builder.create(new SingleConnectionDataSource(transaction.getConnection()))
        .tableName(priority.table)
        .build()
        .schedule(
            TASK.instance(id.toString()).scheduledTo(clock.instant()),
            ScheduleOptions.WHEN_EXISTS_DO_NOTHING);
    transaction.afterCommit(() -> listeners.getOrDefault(priority, () -> {}).run());
  }
}
