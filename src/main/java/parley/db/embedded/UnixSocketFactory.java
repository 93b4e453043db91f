package parley.db.embedded;

import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;

/// Lets the JDBC driver talk through a Unix domain socket: `socketFactory` names this class,
/// `socketFactoryArg` the path of the socket. The host and port of the JDBC address mean nothing
/// then.
public final class UnixSocketFactory extends SocketFactory {
  private final String path;

  /// The driver calls this by reflection.
  public UnixSocketFactory(String path) {
    this.path = path;
  }

  @Override
  public Socket createSocket() throws SocketException {
    return new UnixSocket(path);
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw unsupported();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw unsupported();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw unsupported();
  }

  @Override
  public Socket createSocket(
      InetAddress address, int port, InetAddress localAddress, int localPort) {
    throw unsupported();
  }

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException("a Unix domain socket has no host and port");
  }
}
