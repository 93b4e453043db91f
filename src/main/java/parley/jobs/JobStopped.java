package parley.jobs;

/// Thrown into work whose job was cancelled or taken over by another worker.
public final class JobStopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JobStopped() {
    super("the job was cancelled or taken over by another worker", null, false, false);
  }
}
