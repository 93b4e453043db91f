package parley.background;

/// Waiting under an object's monitor, which virtual threads may do as well: they leave their
/// carriers meanwhile.
public final class Monitors {
  private Monitors() {}

  /// Waits until it is notified, also if the thread is interrupted, which it will then be again.
  /// The caller holds the monitor, and looks afterwards whether what it waits for has come.
  public static void awaitUninterruptibly(Object monitor) {
    boolean interrupted = false;
    while (true) {
      try {
        monitor.wait();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
