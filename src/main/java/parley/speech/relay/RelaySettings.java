package parley.speech.relay;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

/// The relay's address, and how patiently it is called.
///
/// @param transcriptions the full URL that recordings are posted to
/// @param translations the full URL for translations into English
/// @param key bearer token; empty for none
/// @param model the server's name of the model
/// @param connectTimeout for one connection
/// @param answerTimeout for one call, from the first byte sent to the last received
/// @param attempts maximum number of attempts per recording, at least 1
/// @param pause before the second attempt, on average; doubles with each further one
/// @param failures consecutive failed calls after which the server is left alone
/// @param cooldown how long it is left alone
public record RelaySettings(
    URI transcriptions,
    URI translations,
    String key,
    String model,
    Duration connectTimeout,
    Duration answerTimeout,
    int attempts,
    Duration pause,
    int failures,
    Duration cooldown) {

  /// Returns settings for a server whose API is at `baseUrl`, for instance
  /// `https://api.openai.com/v1`.
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
        URI.create(base + slash + "audio/translations"),
        key,
        model,
        connectTimeout,
        answerTimeout,
        attempts,
        Duration.ofMillis(500),
        5,
        Duration.ofSeconds(30));
  }

  /// Starts a request that carries the key.
  HttpRequest.Builder request(URI address) {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  /// Keeps the key out of logs.
  @Override
  public String toString() {
    return "relay to " + transcriptions;
  }
}
