package parley.web;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import parley.auth.Authenticator;
import parley.auth.KeyWatch;
import parley.auth.RateLimits;

/// A server on loopback with the usual limits, for the routes of a test.
final class LocalServer {
  private LocalServer() {}

  static HttpServer of(Path folder, Authenticator tokens, Route... routes) {
    return HttpServer.of(
        new HttpServer.Settings(
            folder, "127.0.0.1", 0, Duration.ofSeconds(30), new CrossOrigin(false, Set.of())),
        List.of(routes),
        tokens,
        new KeyWatch(keys -> keys, Clock.systemUTC()),
        new RateLimits(1000, 1000, 100),
        new SimpleMeterRegistry());
  }
}
