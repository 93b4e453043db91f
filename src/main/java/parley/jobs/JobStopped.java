package parley.jobs;

/// The job is not this worker's any more: it was cancelled, or another worker has it.
public final class JobStopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JobStopped() {
    super("the job was cancelled or taken away", null, false, false);
  }
}
