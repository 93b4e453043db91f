package parley.web;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Content negotiation by the `Accept` header (RFC 9110, section 12.5.1).
public final class Accept {
  private Accept() {}

  /// The offered type that the client prefers, the first one among equals; empty if it accepts
  /// none.
  ///
  /// @param header the whole header; empty if the client has no preference
  /// @param offered types without parameters, such as `text/vtt`
  public static Optional<String> choose(Optional<String> header, List<String> offered) {
    if (header.isEmpty() || header.get().isBlank()) {
      return Optional.of(offered.getFirst());
    }
    String[] ranges = header.get().split(",", -1);
    Optional<String> best = Optional.empty();
    double bestQuality = 0;
    for (String type : offered) {
      double quality = quality(ranges, type);
      if (quality > bestQuality) {
        best = Optional.of(type);
        bestQuality = quality;
      }
    }
    return best;
  }

  /// The quality of the most specific matching range; 0 if none matches.
  private static double quality(String[] ranges, String type) {
    String group = type.substring(0, type.indexOf('/'));
    int specificity = 0;
    double quality = 0;
    for (String range : ranges) {
      // Without a regular expression, which would look at each space once for every other.
      String[] parts = range.toLowerCase(Locale.ROOT).split(";", -1);
      Arrays.setAll(parts, i -> parts[i].strip());
      int matched =
          parts[0].equals(type)
              ? 3
              : parts[0].equals(group + "/*") ? 2 : parts[0].equals("*/*") ? 1 : 0;
      if (matched > specificity) {
        specificity = matched;
        quality = quality(parts);
      }
    }
    return quality;
  }

  private static double quality(String[] parts) {
    for (String part : parts) {
      if (part.startsWith("q=")) {
        try {
          return Double.parseDouble(part.substring(2));
        } catch (NumberFormatException malformed) {
          return 1;
        }
      }
    }
    return 1;
  }
}
