package parley.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/// A set of web origins as browsers serialize them (RFC 6454, section 6.2).
///
/// @param any whether the set contains every origin
/// @param named the origins in the set unless it contains all
public record Origins(boolean any, Set<String> named) {
  public Origins {
    named = Set.copyOf(named);
  }

  /// Parses `*` or a comma-separated list of origins, which may be empty.
  ///
  /// @throws IllegalArgumentException when an element is not an origin
  static Origins parse(String text) {
    if (text.strip().equals("*")) {
      return new Origins(true, Set.of());
    }
    Set<String> named = new LinkedHashSet<>();
    if (!text.isBlank()) {
      for (String origin : text.split(",", -1)) {
        named.add(origin(origin.strip()));
      }
    }
    return new Origins(false, named);
  }

  /// As browsers serialize it: https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
  private static String withoutDefaultPort(URI address) {
    int port =
        switch (address.getScheme()) {
          case "http" -> 80;
          case "https" -> 443;
          default -> -1;
        };
    String origin = address.toString();
    return address.getPort() == port && port > 0
        ? origin.substring(0, origin.lastIndexOf(':'))
        : origin;
  }

  private static String origin(String text) {
    try {
      URI address = new URI(text.toLowerCase(Locale.ROOT));
      if (address.getScheme() != null
          && address.getHost() != null
          && address.getRawUserInfo() == null
          && address.getRawPath().isEmpty()
          && address.getRawQuery() == null
          && address.getRawFragment() == null
          && address.getPort() != 0
          && address.getPort() < 65_536) {
        return withoutDefaultPort(address);
      }
    } catch (URISyntaxException _) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "must be * or a comma-separated list of origins such as https://app.example.org");
  }
}
