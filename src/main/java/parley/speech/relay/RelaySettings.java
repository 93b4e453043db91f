package parley.speech.relay;

import java.net.URI;
import java.time.Duration;

/// Which server is asked, and how patiently.
///
/// @param transcriptions the whole address that recordings are posted to
/// @param key its bearer token; empty for none
/// @param model what it calls the model
/// @param connectTimeout for one connection
/// @param answerTimeout for one whole call, from the first byte sent to the last received
/// @param attempts how often one recording is sent at most, at least 1
/// @param pause before the second attempt, on average; it doubles with each further one
/// @param failures after how many failed calls in a row nobody asks for a while
/// @param rest how long that while is
public record RelaySettings(
    URI transcriptions,
    String key,
    String model,
    Duration connectTimeout,
    Duration answerTimeout,
    int attempts,
    Duration pause,
    int failures,
    Duration rest) {

  /// Settings for a server whose API begins at `baseUrl`, as in `https://api.openai.com/v1`.
  public static RelaySettings at(
      URI baseUrl,
      String key,
      String model,
      Duration connectTimeout,
      Duration answerTimeout,
      int attempts) {
    String base = baseUrl.toString();
    String slash = base.endsWith("/") ? "" : "/";
    return new RelaySettings(
        URI.create(base + slash + "audio/transcriptions"),
        key,
        model,
        connectTimeout,
        answerTimeout,
        attempts,
        Duration.ofMillis(500),
        5,
        Duration.ofSeconds(30));
  }

  /// Hides the key from logs.
  @Override
  public String toString() {
    return "relay to " + transcriptions;
  }
}
