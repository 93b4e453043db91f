package parley.media.scanning;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/// The address of a clamd: `unix:/run/clamav/clamd.ctl` or `host:3310` (also `[::1]:3310`).
///
/// @param text as configured and logged
public record ClamdAddress(String text) {
  private static final String UNIX = "unix:";

  /// @throws IllegalArgumentException if the text is not an address
  public ClamdAddress {
    if (!text.startsWith(UNIX)) {
      portOf(text);
    } else if (text.length() == UNIX.length()) {
      throw new IllegalArgumentException("must name a socket after unix:");
    }
  }

  boolean isUnix() {
    return text.startsWith(UNIX);
  }

  /// The socket address; resolves names each time.
  SocketAddress resolve() {
    if (isUnix()) {
      return UnixDomainSocketAddress.of(Path.of(text.substring(UNIX.length())));
    }
    String host = text.substring(0, text.lastIndexOf(':'));
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    return new InetSocketAddress(host, portOf(text));
  }

  private static int portOf(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon > 0 && port > 0 && port < 65_536) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      // Reported below.
    }
    throw new IllegalArgumentException("must be unix:/path or host:port, not \"" + text + "\"");
  }

  @Override
  public String toString() {
    return text;
  }
}
