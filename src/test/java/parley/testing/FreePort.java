package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Ports for programs that have to be told theirs.
final class FreePort {
  /// Below those that Linux gives to whoever asks for any, and to outgoing connections: one of
  /// these could be gone before its program has started, or while it is being started anew.
  private static final int LEAST = 20_000;

  private static final int MOST = 32_000;
  private static final int TRIES = 100;

  private FreePort() {}

  /// One that nobody uses for TCP or UDP on the loopback address.
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
