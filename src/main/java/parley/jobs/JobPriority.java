package parley.jobs;

import java.time.Duration;

/// How urgent a job is. Each priority has its own queue and its own workers, so that a request
/// never waits behind recordings of hours.
public enum JobPriority {
  /// Somebody may ask for the result later.
  BACKGROUND(0, "scheduled_tasks", Duration.ofSeconds(2)),
  /// A request waits for the result.
  WAITED_FOR(1, "scheduled_waited_tasks", Duration.ofMillis(250));

  /// As the table `jobs` stores it.
  final int value;

  /// db-scheduler's table for this priority.
  final String table;

  /// How often db-scheduler polls for executions that other nodes scheduled; it is told of those of
  /// its own node at once.
  final Duration pollingInterval;

  JobPriority(int value, String table, Duration pollingInterval) {
    this.value = value;
    this.table = table;
    this.pollingInterval = pollingInterval;
  }
}
