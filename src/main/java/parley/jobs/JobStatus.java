package parley.jobs;

import parley.text.TextEnum;

/// The name of a [JobState].
public enum JobStatus implements TextEnum {
  QUEUED,
  RUNNING,
  COMPLETED,
  FAILED,
  CANCELLED
}
