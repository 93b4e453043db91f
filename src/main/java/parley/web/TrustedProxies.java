package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.apache.catalina.util.NetMask;

/// The proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are trusted. Other clients could
/// send anything there.
public final class TrustedProxies {
  private final List<NetMask> networks;

  private TrustedProxies(List<NetMask> networks) {
    this.networks = List.copyOf(networks);
  }

  /// No proxies.
  public static TrustedProxies none() {
    return new TrustedProxies(List.of());
  }

  /// Parses comma-separated addresses and networks, such as `10.0.0.5, 192.168.0.0/16, ::1`; empty
  /// for none.
  ///
  /// @throws IllegalArgumentException if one is invalid
  public static TrustedProxies parse(String text) {
    List<NetMask> networks = new ArrayList<>();
    for (String word : text.isBlank() ? new String[0] : text.split(",", -1)) {
      networks.add(network(word.strip()));
    }
    return new TrustedProxies(networks);
  }

  private static NetMask network(String text) {
    String address = text.split("/", 2)[0];
    // Java would parse 10.1 as 10.0.0.1.
    boolean whole = address.contains(":") || address.split("\\.", -1).length == 4;
    try {
      // Literals only, because names would be looked up.
      if (whole && literal(address).isPresent()) {
        return new NetMask(text);
      }
    } catch (IllegalArgumentException neither) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "must be comma-separated addresses or networks such as 10.0.0.0/8");
  }

  /// Whether the address is a trusted proxy's.
  boolean include(InetAddress address) {
    return networks.stream().anyMatch(network -> network.matches(address));
  }

  private boolean include(String address) {
    return literal(address).map(this::include).orElse(false);
  }

  private static Optional<InetAddress> literal(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  /// The address of the client: the peer's or, if the peer is a proxy, the last forwarded address
  /// that is not a proxy's.
  Object client(HttpServletRequest request) {
    String address = request.getRemoteAddr();
    List<String> forwarded = words(request, "X-Forwarded-For");
    for (int last = forwarded.size() - 1; last >= 0 && include(address); last--) {
      if (literal(forwarded.get(last)).isEmpty()) {
        break;
      }
      address = forwarded.get(last);
    }
    return literal(address).map(Connection::counted).orElse(address);
  }

  /// The scheme by which the client reached the first proxy: `https` or `http`.
  String scheme(HttpServletRequest request) {
    List<String> forwarded = words(request, "X-Forwarded-Proto");
    if (forwarded.isEmpty() || !include(request.getRemoteAddr())) {
      return request.getScheme();
    }
    return forwarded.getFirst().equalsIgnoreCase("https") ? "https" : "http";
  }

  private static List<String> words(HttpServletRequest request, String header) {
    List<String> words = new ArrayList<>();
    Enumeration<String> lines = request.getHeaders(header);
    while (lines.hasMoreElements()) {
      Arrays.stream(lines.nextElement().split(","))
          .map(String::strip)
          .filter(word -> !word.isEmpty())
          .forEach(words::add);
    }
    return words;
  }
}
