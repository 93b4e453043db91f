package parley.config;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/// What a node is there for.
///
/// @param all at least one
public record Roles(Set<Role> all) {
  /// One of the things that a node can be there for.
  public enum Role {
    /// Answers the API; without, a node tells only how it is.
    API,
    /// Works on jobs; without, they wait for other nodes.
    WORKER,
    /// Has the speech models: backend A, and live captions.
    SPEECH
  }

  public Roles {
    all = Set.copyOf(all);
  }

  /// Reads names with commas between them.
  ///
  /// @throws IllegalArgumentException when one is unknown or there is none
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

  /// Whether the node has the role.
  public boolean has(Role role) {
    return all.contains(role);
  }

  private static String words() {
    return Arrays.stream(Role.values())
        .map(SettingKey::word)
        .collect(Collectors.joining(", ", "some of ", ", with commas between them"));
  }
}
