package parley.db.embedded;

import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;

/// Makes the JDBC driver connect through a Unix domain socket: set `socketFactory` to this class
/// and `socketFactoryArg` to the path of the socket. Host and port of the JDBC URL are ignored.
public final class UnixSocketFactory extends SocketFactory {
  private final String path;

  /// Called by the driver through reflection.
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
