package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/// The address by which a client says that it reached this server, for links that it can follow.
final class RequestOrigin {
  /// What a link may hold of it: names, also with an underscore as container networks have them,
  /// and addresses.
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+]");

  private RequestOrigin() {}

  /// By the header `Host`, which every client sends; by the address of the socket where that names
  /// nothing.
  static URI of(HttpServletRequest request, TrustedProxies proxies) {
    String scheme = proxies.scheme(request);
    String given = request.getServerName();
    boolean named = given != null && HOST.matcher(given).matches();
    String host = named ? given : literal(request.getLocalAddr());
    // Where the client names no port it means that of the scheme in which it spoke.
    int port = named ? port(request) : request.getLocalPort();
    boolean usual = port <= 0 || port == (scheme.equals("https") ? 443 : 80);
    try {
      return new URI(scheme + "://" + host + (usual ? "" : ":" + port));
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException("a host that is none: " + host, impossible);
    }
  }

  /// The port that `Host` names; 0 when it names none.
  private static int port(HttpServletRequest request) {
    String host = request.getHeader("Host");
    boolean absolute = host == null || !host.startsWith(request.getServerName());
    boolean names = absolute || host.matches(".*:[0-9]+");
    return names ? request.getServerPort() : 0;
  }

  private static String literal(String address) {
    return address.contains(":") ? "[" + address.replaceFirst("%.*", "") + "]" : address;
  }
}
