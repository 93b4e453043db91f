package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/// The URL by which a client reached this server, for links that it can follow.
final class RequestOrigin {
  /// The allowed hosts: names, including those with underscores, which container networks use, and
  /// addresses.
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+]");

  private RequestOrigin() {}

  /// From the `Host` header, which every client sends; from the socket's address if the header is
  /// invalid.
  static URI of(HttpServletRequest request, TrustedProxies proxies) {
    String scheme = proxies.scheme(request);
    String given = request.getServerName();
    boolean named = given != null && HOST.matcher(given).matches();
    String host = named ? given : literal(request.getLocalAddr());
    // Without a port in the header, the client means the default port of its scheme.
    int port = named ? port(request) : request.getLocalPort();
    boolean usual = port <= 0 || port == (scheme.equals("https") ? 443 : 80);
    try {
      return new URI(scheme + "://" + host + (usual ? "" : ":" + port));
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException("a host that is none: " + host, impossible);
    }
  }

  /// The port in the `Host` header; 0 if there is none.
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
