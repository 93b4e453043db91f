package parley.peers;

/// A service is known to be unavailable, so it was not called.
public final class PeerUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  PeerUnavailable(String peer) {
    // No stack trace: during an outage every request throws one.
    super(peer + " does not answer", null, false, false);
  }
}
