package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.apache.catalina.util.NetMask;

/// The proxies in front of this server whose `X-Forwarded-For` and `X-Forwarded-Proto` are trusted.
/// Everybody else can write anything there.
public final class TrustedProxies {
  private final List<NetMask> networks;

  private TrustedProxies(List<NetMask> networks) {
    this.networks = List.copyOf(networks);
  }

  /// None at all.
  public static TrustedProxies none() {
    return new TrustedProxies(List.of());
  }

  /// Reads addresses and networks with commas between them, as in `10.0.0.5, 192.168.0.0/16, ::1`;
  /// an empty text is none.
  ///
  /// @throws IllegalArgumentException when one is neither
  public static TrustedProxies parse(String text) {
    List<NetMask> networks = new ArrayList<>();
    for (String word : text.isBlank() ? new String[0] : text.split(",", -1)) {
      networks.add(network(word.strip()));
    }
    return new TrustedProxies(networks);
  }

  private static NetMask network(String text) {
    String address = text.split("/", 2)[0];
    // Java takes 10.1 for 10.0.0.1, which nobody means.
    boolean whole = address.contains(":") || address.split("\\.", -1).length == 4;
    try {
      // Only literals: a name would be looked up.
      if (whole && literal(address).isPresent()) {
        return new NetMask(text);
      }
    } catch (IllegalArgumentException neither) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "must be addresses or networks such as 10.0.0.0/8, with commas between them");
  }

  /// Whether this is the address of one.
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

  /// Whose request it is: the peer's, or where that is a proxy, the last address that no proxy
  /// vouches for.
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

  /// `https` or `http`, as the client spoke to the first proxy.
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
