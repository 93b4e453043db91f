package parley.app;

/// A part without which the node cannot work does not work. Its message is for everybody who asks:
/// it names no paths and addresses.
final class NotReady extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotReady(String reason) {
    super(reason);
  }
}
