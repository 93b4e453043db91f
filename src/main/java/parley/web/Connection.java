package parley.web;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HexFormat;
import org.apache.coyote.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tracks a client's connection over time: whether a request is being answered, and the deadline by
/// which a whole head or body must arrive. Tomcat only limits the pause between two bytes, so a
/// client could keep a connection open by sending a byte now and then.
final class Connection {
  /// The time for a whole head. Longer than any browser or phone needs; nginx allows 60 s between
  /// two bytes, Apache 20 to 40 s in total (`RequestReadTimeout header=20-40`).
  static final Duration HEAD = Duration.ofSeconds(20);

  /// A head that arrives in one packet takes less than this, even on the worst connections.
  private static final Duration LONG_HEAD = Duration.ofSeconds(2);

  /// Clients with more requests send them sooner.
  private static final Duration LONG_IDLE = Duration.ofSeconds(10);

  /// The time until the next request. By then Tomcat has closed the connection itself, unless the
  /// client keeps sending line breaks.
  static final Duration IDLE = Duration.ofSeconds(65);

  /// The index of the request note that holds the connection; [HttpProtocol] uses the one before.
  private static final int NOTE = 8;

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private final SocketChannel socket;
  private final Object address;
  private boolean headBegun = true;
  private long waitingSince = System.nanoTime();
  private long deadline = waitingSince + HEAD.toNanos();
  private boolean limited = true;
  private boolean lingering;
  private boolean givenUp;
  private boolean expired;
  private boolean released;

  /// @param address the client for the limit per address
  Connection(SocketChannel socket, Object address) {
    this.socket = socket;
    this.address = address;
  }

  /// The connection of a request; null if it came over none of ours.
  static @Nullable Connection of(Request request) {
    return (Connection) request.getNote(NOTE);
  }

  void carries(Request request) {
    request.setNote(NOTE, this);
  }

  Object address() {
    return address;
  }

  /// The address for the limit per client. For IPv6 this is the /64 network, of which a single
  /// customer has all addresses (RFC 6177).
  static Object counted(InetAddress peer) {
    byte[] bytes = peer.getAddress();
    return bytes.length == 16 ? HexFormat.of().formatHex(bytes, 0, 8) : peer.getHostAddress();
  }

  /// A head is complete; the request may take any time.
  synchronized void answering() {
    headBegun = false;
    lingering = false;
    waitingSince = 0;
    limited = false;
  }

  /// Part of a head has arrived.
  synchronized void headPending() {
    waits();
    if (!headBegun) {
      headBegun = true;
      until(HEAD);
    }
  }

  /// No request is active. Line breaks from the client do not extend the wait.
  synchronized void idle() {
    if (waitingSince == 0) {
      waits();
      until(IDLE);
    }
  }

  /// What is still read will be dropped, so the connection may be given up.
  synchronized void lingers(Duration atMost) {
    lingering = true;
    waits();
    until(atMost);
  }

  /// Limits the time to read the body; [#answering] ends the limit.
  synchronized void bodyWithin(Duration time) {
    until(time);
  }

  /// Whether the connection was given up because of its deadline.
  synchronized boolean isExpired() {
    return expired;
  }

  /// The order in which connections are given up: those of refused clients, slow heads, connections
  /// that have been idle for long, heads that have just begun, and recently active connections.
  synchronized int worth(long now) {
    if (lingering) {
      return 0;
    }
    if (headBegun) {
      return now - waitingSince > LONG_HEAD.toNanos() ? 1 : 3;
    }
    return now - waitingSince > LONG_IDLE.toNanos() ? 2 : 4;
  }

  /// The time since which no request is active; 0 if one is, or if the connection was given up.
  synchronized long waitingSince() {
    return givenUp ? 0 : waitingSince;
  }

  /// Returns true the first time only.
  synchronized boolean isReleasedNow() {
    boolean first = !released;
    released = true;
    return first;
  }

  /// Gives up the connection if its deadline has passed.
  void expire(long now) {
    synchronized (this) {
      if (givenUp || !limited || now - deadline < 0) {
        return;
      }
      expired = true;
    }
    giveUp();
  }

  /// Stops reading from the connection. Readers see the end of the stream, as if the client had
  /// closed it; responses in progress are still sent.
  void giveUp() {
    synchronized (this) {
      givenUp = true;
    }
    try {
      socket.shutdownInput();
    } catch (IOException | RuntimeException closed) {
      LOG.debug("the connection is already closed: {}", closed.toString());
    }
  }

  private void waits() {
    if (waitingSince == 0) {
      waitingSince = System.nanoTime();
    }
  }

  private void until(Duration time) {
    limited = true;
    deadline = System.nanoTime() + time.toNanos();
  }
}
