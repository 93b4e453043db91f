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

/// One connection of a client, as far as its time goes: whether a request is being answered on it,
/// and until when what is awaited must be whole. Pauses between two bytes are Tomcat's to bound; a
/// client that sends a byte now and then would never make one that is too long.
final class Connection {
  /// For a whole head. Longer than any browser or phone takes; nginx allows 60 s between two bytes,
  /// Apache 20 to 40 s in all (`RequestReadTimeout header=20-40`).
  static final Duration HEAD = Duration.ofSeconds(20);

  /// So long no head takes that comes as one packet, over the worst of lines.
  private static final Duration LONG_HEAD = Duration.ofSeconds(2);

  /// Programs that have more to ask do so sooner.
  private static final Duration LONG_IDLE = Duration.ofSeconds(10);

  /// For the next request; after that Tomcat has ended it by itself, unless line ends trickled in.
  static final Duration IDLE = Duration.ofSeconds(65);

  /// Where a request finds it; [HttpProtocol] uses the note before.
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

  /// @param address who is counted for it
  Connection(SocketChannel socket, Object address) {
    this.socket = socket;
    this.address = address;
  }

  /// One that belongs to nobody, for requests that come over no socket of ours.
  static @Nullable Connection of(Request request) {
    return (Connection) request.getNote(NOTE);
  }

  void carries(Request request) {
    request.setNote(NOTE, this);
  }

  Object address() {
    return address;
  }

  /// The address that is counted for a peer's: of IPv6 the network, of which a single customer has
  /// all (RFC 6177).
  static Object counted(InetAddress peer) {
    byte[] bytes = peer.getAddress();
    return bytes.length == 16 ? HexFormat.of().formatHex(bytes, 0, 8) : peer.getHostAddress();
  }

  /// A head has come in whole: what follows takes the time it takes.
  synchronized void answering() {
    headBegun = false;
    lingering = false;
    waitingSince = 0;
    limited = false;
  }

  /// A part of a head is there.
  synchronized void headPending() {
    waits();
    if (!headBegun) {
      headBegun = true;
      until(HEAD);
    }
  }

  /// Nothing is under way; line ends that come do not make the wait longer.
  synchronized void idle() {
    if (waitingSince == 0) {
      waits();
      until(IDLE);
    }
  }

  /// What is read now is for nobody, and can be given up.
  synchronized void lingers(Duration atMost) {
    lingering = true;
    waits();
    until(atMost);
  }

  /// What is read from now on must be whole by then; [#answering] ends that.
  synchronized void bodyWithin(Duration time) {
    until(time);
  }

  /// Whether it was given up because time was over.
  synchronized boolean isExpired() {
    return expired;
  }

  /// In which order connections are given up: those of refused clients, then heads that take long,
  /// then those that have waited long for a further request, then heads that have just begun, last
  /// those on which something was answered a moment ago.
  synchronized int worth(long now) {
    if (lingering) {
      return 0;
    }
    if (headBegun) {
      return now - waitingSince > LONG_HEAD.toNanos() ? 1 : 3;
    }
    return now - waitingSince > LONG_IDLE.toNanos() ? 2 : 4;
  }

  /// Since when nothing is answered on it; 0 when something is, or when it was given up.
  synchronized long waitingSince() {
    return givenUp ? 0 : waitingSince;
  }

  /// True the first time.
  synchronized boolean isReleasedNow() {
    boolean first = !released;
    released = true;
    return first;
  }

  /// Gives it up when its time is over.
  void expire(long now) {
    synchronized (this) {
      if (givenUp || !limited || now - deadline < 0) {
        return;
      }
      expired = true;
    }
    giveUp();
  }

  /// Stops reading from it. Readers see the end of the stream, as if the client had closed it;
  /// responses under way are still sent.
  void giveUp() {
    synchronized (this) {
      givenUp = true;
    }
    try {
      socket.shutdownInput();
    } catch (IOException | RuntimeException closed) {
      LOG.debug("the connection has ended: {}", closed.toString());
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
