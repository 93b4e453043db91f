package parley.speech.relay;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.transcript.Progress;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcriber;
import parley.speech.transcript.Transcript;

/// Backend B: any server that speaks OpenAI's protocol. Recordings are streamed from their files.
/// Redirects are not followed, so that a recording goes only to the configured address.
public final class Relay implements Transcriber, AutoCloseable {
  private final RelaySettings settings;
  private final CircuitBreaker breaker;
  private final HttpClient client;
  private final RelayProbe probe;

  private Relay(RelaySettings settings, CircuitBreaker breaker, HttpClient client) {
    this.settings = settings;
    this.breaker = breaker;
    this.client = client;
    this.probe = new RelayProbe(client, settings);
  }

  /// Creates a relay; the caller closes it.
  public static Relay to(RelaySettings settings, Clock clock) {
    HttpClient client =
        HttpClient.newBuilder()
            // An upgrade to cleartext HTTP/2 would send a large body before the server has agreed
            // to it.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connectTimeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    return new Relay(
        settings, new CircuitBreaker(clock, settings.failures(), settings.cooldown()), client);
  }

  @Override
  public String model() {
    return settings.model();
  }

  @Override
  public Transcript transcribe(Path recording, SpeechOptions options, Progress progress)
      throws IOException {
    Duration wait = breaker.admit();
    if (!wait.isZero()) {
      throw new Problem(
              ProblemCode.BACKEND_UNAVAILABLE,
              "The relay has failed repeatedly and is not being called for now.")
          .retryAfter(wait);
    }
    try {
      Transcript transcript =
          new RelayCall(settings, client, probe, recording, options, progress).transcribe();
      breaker.succeeded();
      return transcript;
    } catch (Problem problem) {
      if (problem.code().status(Dialect.WAVE) >= 500) {
        breaker.failed();
      } else {
        breaker.succeeded();
      }
      throw problem;
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
