package parley.peers;

/// A peer is known to be away, so that it was not even asked.
public final class PeerUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  PeerUnavailable(String peer) {
    // No stack trace: this is thrown for every request while the peer is away.
    super(peer + " does not answer", null, false, false);
  }
}
