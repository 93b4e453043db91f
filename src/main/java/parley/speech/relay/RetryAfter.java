package parley.speech.relay;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// Parses the `Retry-After` header.
final class RetryAfter {
  private RetryAfter() {}

  /// Returns the delay; empty if there is none, or if it is a date, which servers of this protocol
  /// do not send.
  static Optional<Duration> of(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .map(String::strip)
        .filter(seconds -> seconds.matches("[0-9]{1,6}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
  }
}
