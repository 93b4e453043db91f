package parley.config;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The roles of a node.
///
/// @param all at least one
public record Roles(Set<Role> all) {
  public enum Role {
    /// Serves the API. A node without this role serves only its health endpoints.
    API,
    /// Runs jobs.
    WORKER,
    /// Loads the speech models for backend A and live captions.
    SPEECH
  }

  public Roles {
    all = Set.copyOf(all);
  }

  /// Parses a comma-separated list.
  ///
  /// @throws IllegalArgumentException when a role is unknown or the list is empty
  static Roles parse(String names) {
    Set<Role> all = EnumSet.noneOf(Role.class);
    for (String name : names.split(",", -1)) {
      all.add(
          Arrays.stream(Role.values())
              .filter(role -> SettingKey.word(role).equals(name.strip()))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("must be " + words(), null)));
    }
    return new Roles(all);
  }

  public boolean has(Role role) {
    return all.contains(role);
  }

  /// The names as in the configuration, in alphabetical order.
  public List<String> names() {
    return all.stream().map(SettingKey::word).sorted().toList();
  }

  private static String words() {
    return Arrays.stream(Role.values())
        .map(SettingKey::word)
        .collect(Collectors.joining(", ", "a comma-separated list of ", ""));
  }
}
