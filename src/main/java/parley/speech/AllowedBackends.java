package parley.speech;

import java.util.List;

/// Which backends a tenant may use.
public enum AllowedBackends {
  /// Recordings stay in this process.
  A,
  /// The relay alone.
  B,
  /// Either.
  AB;

  boolean allow(Backend backend) {
    return switch (this) {
      case A -> backend == Backend.A;
      case B -> backend == Backend.B;
      case AB -> true;
    };
  }

  /// All that are allowed, this one first where it is.
  List<Backend> startingWith(Backend first) {
    Backend second = first == Backend.A ? Backend.B : Backend.A;
    return List.of(first, second).stream().filter(this::allow).toList();
  }
}
