package parley.calls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// Takes connections and never answers.
record SilentPeer(ServerSocket socket) implements AutoCloseable {
  static SilentPeer start() throws IOException {
    return new SilentPeer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  String address() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
