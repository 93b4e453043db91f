package parley.speech.relay;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// How long a server asks to be left alone, in the header of that name.
final class RetryAfter {
  private RetryAfter() {}

  /// The time asked for in whole seconds; empty for none, and for a date, which servers of this
  /// protocol do not send.
  static Optional<Duration> of(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .map(String::strip)
        .filter(seconds -> seconds.matches("[0-9]{1,6}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
  }
}
