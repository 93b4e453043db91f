package parley.jobs;

import java.time.Duration;

/// The urgency of a job. Each priority has its own queue and its own workers, so that a request
/// never waits behind hours of recordings.
public enum JobPriority {
  /// Nobody waits; the result may be fetched later.
  BACKGROUND(0, "scheduled_tasks", Duration.ofSeconds(2)),
  /// A request waits for the result.
  WAITED_FOR(1, "scheduled_waited_tasks", Duration.ofMillis(250));

  /// The value in the table `jobs`.
  final int value;

  /// db-scheduler's table for this priority.
  final String table;

  /// How often db-scheduler polls for executions that other nodes scheduled; those of its own node
  /// trigger it immediately.
  final Duration pollingInterval;

  JobPriority(int value, String table, Duration pollingInterval) {
    this.value = value;
    this.table = table;
    this.pollingInterval = pollingInterval;
  }
}
