package parley.speech;

import java.util.Optional;
import parley.problem.Problem;

/// Which backend a caller would like.
public enum BackendPreference {
  /// The tenant's default.
  ANY,
  PREFER_SELF_HOSTED,
  PREFER_RELAY;

  /// Reads it as requests write it; without one, ANY.
  public static BackendPreference parse(Optional<String> text) {
    return switch (text.orElse("any")) {
      case "any" -> ANY;
      case "prefer_self_hosted" -> PREFER_SELF_HOSTED;
      case "prefer_relay" -> PREFER_RELAY;
      default ->
          throw Problem.invalid("backend_preference", "is any, prefer_self_hosted or prefer_relay");
    };
  }
}
