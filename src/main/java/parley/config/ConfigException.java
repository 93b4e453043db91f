package parley.config;

import java.util.List;

/// The configuration cannot be used. Its message holds one line for each fault, with where the
/// faulty value came from.
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> faults;

  ConfigException(List<String> faults) {
    // No stack trace: this is an answer to the operator, not a fault of the program.
    super(String.join("\n", faults), null, false, false);
    this.faults = List.copyOf(faults);
  }

  /// The faults, one line each, in the order of their sources.
  public List<String> faults() {
    return faults;
  }
}
