package parley.app;

import java.nio.file.Path;

/// Where programs that come packed in jars are unpacked, shared by all servers of this user.
final class Caches {
  private Caches() {}

  /// `$XDG_CACHE_HOME/parley`, by default `~/.cache/parley` (XDG Base Directory Specification).
  static Path folder() {
    String configured = System.getenv("XDG_CACHE_HOME");
    Path base =
        configured != null && configured.startsWith("/")
            ? Path.of(configured)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("parley");
  }
}
