package parley.config;

import java.util.List;

/// The configuration is invalid. The message has one line for each error, with the source of the
/// invalid value.
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> faults;

  ConfigException(List<String> faults) {
    // No stack trace: the message is for the operator, and the error is not a bug.
    super(String.join("\n", faults), null, false, false);
    this.faults = List.copyOf(faults);
  }

  /// The errors, one line each, in the order of their sources.
  public List<String> faults() {
    return faults;
  }
}
