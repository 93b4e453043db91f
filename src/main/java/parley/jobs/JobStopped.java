package parley.jobs;

/// The job was cancelled, or another worker has it: its work is to end.
public final class JobStopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JobStopped() {
    super("the job was cancelled or another worker has it", null, false, false);
  }
}
