package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Free ports for programs that must be given one.
final class FreePort {
  /// Below Linux's ephemeral range, from which another program could take the port before ours
  /// starts or while it restarts.
  private static final int LEAST = 20_000;

  private static final int MOST = 32_000;
  private static final int TRIES = 100;

  private FreePort() {}

  /// A port that is free for TCP and UDP on the loopback address.
  static int any() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LEAST, MOST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new UncheckedIOException(new IOException("no port is free"));
  }

  private static boolean isFree(int port) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (ServerSocket tcp = new ServerSocket();
        DatagramSocket udp = new DatagramSocket(null)) {
      tcp.bind(address);
      udp.bind(address);
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
