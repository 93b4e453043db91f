package parley.speech.relay;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcript;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// The transcription of one recording, which is sent until it is answered.
final class RelayCall {
  private static final Logger LOG = LoggerFactory.getLogger(RelayCall.class);

  /// A whole day's words with their times are about 20 MiB.
  private static final long MAX_ANSWER_BYTES = 32L * 1024 * 1024;

  /// Names and values in an answer, which become objects: those words are two million.
  private static final long MAX_ANSWER_TOKENS = 3_000_000;

  /// Maximum `Retry-After` for which the same recording is retried; beyond that the call fails,
  /// because somebody is waiting and there may be another backend.
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(500);

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MAX_ANSWER_TOKENS).build())
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final RelaySettings settings;
  private final HttpClient client;
  private final RelayProbe probe;
  private final Path recording;
  private final SpeechOptions options;
  private final DoubleConsumer progress;

  /// @param progress always receives 0, because the server reports no progress; it is called
  ///   because that is how a call learns that it was cancelled
  RelayCall(
      RelaySettings settings,
      HttpClient client,
      RelayProbe probe,
      Path recording,
      SpeechOptions options,
      DoubleConsumer progress) {
    this.settings = settings;
    this.client = client;
    this.probe = probe;
    this.recording = recording;
    this.options = options;
    this.progress = progress;
  }

  Transcript transcribe() throws IOException {
    try {
      // Without sending the recording, so that nobody has to wait for a server that is down.
      if (!probe.isAvailable()) {
        throw unavailable();
      }
      for (int attempt = 1; ; attempt++) {
        try {
          return send();
        } catch (TransientFailure failure) {
          LOG.warn("{}, attempt {}: {}", settings, attempt, failure.problem().message());
          Duration asked =
              Objects.requireNonNullElse(failure.problem().retryAfter(), Duration.ZERO);
          if (attempt >= settings.attempts() || asked.compareTo(MAX_PAUSE) > 0) {
            throw probe.answersNow() ? retryLater(failure) : unavailable();
          }
          pause(attempt, asked);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the relay");
    }
  }

  private Problem unavailable() {
    return new Problem(ProblemCode.BACKEND_UNAVAILABLE, "The relay does not answer.")
        .retryAfter(settings.cooldown());
  }

  /// A server that is down often recovers if it is left alone for a while.
  private Problem retryLater(TransientFailure failure) {
    return failure.isServerDown() && failure.problem().retryAfter() == null
        ? failure.problem().retryAfter(settings.cooldown())
        : failure.problem();
  }

  private Transcript send() throws IOException, TransientFailure, InterruptedException {
    RelayForm form = RelayForm.of(settings.model(), options, recording);
    HttpRequest request =
        settings
            .request(options.translates() ? settings.translations() : settings.transcriptions())
            .header("Content-Type", form.contentType())
            .header("Accept", "application/json")
            .POST(form.body())
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    try {
      return transcript(await(answer));
    } finally {
      // Aborts the exchange if the job was cancelled or timed out.
      answer.cancel(true);
    }
  }

  private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> answer)
      throws TransientFailure, InterruptedException {
    long until = System.nanoTime() + settings.answerTimeout().toNanos();
    RelayMonitor monitor = new RelayMonitor(probe, answer);
    while (true) {
      if (monitor.hasStopped()) {
        throw unavailable();
      }
      long left = until - System.nanoTime();
      if (left <= 0) {
        throw monitor.isUnanswered()
            ? unavailable()
            : new Problem(ProblemCode.BACKEND_TIMEOUT, "The relay did not answer in time.");
      }
      try {
        HttpResponse<byte[]> response =
            answer.get(Math.min(left, PROGRESS_INTERVAL.toNanos()), TimeUnit.NANOSECONDS);
        probe.answered();
        return response;
      } catch (TimeoutException notYet) {
        progress.accept(0);
      } catch (ExecutionException e) {
        throw TransientFailure.of(e.getCause());
      }
    }
  }

  /// Waits before the next attempt, at least as long as the server asked for. Jitter keeps calls
  /// that failed together from retrying together.
  private void pause(int attempt, Duration asked) throws InterruptedException {
    double jitter = ThreadLocalRandom.current().nextDouble(0.5, 1.5);
    long own = Math.round(settings.pause().toMillis() * jitter * (1L << (attempt - 1)));
    long until = System.nanoTime() + Duration.ofMillis(own).plus(asked).toNanos();
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      progress.accept(0);
      TimeUnit.NANOSECONDS.sleep(Math.min(left, PROGRESS_INTERVAL.toNanos()));
    }
  }

  private Transcript transcript(HttpResponse<byte[]> response) throws TransientFailure {
    if (response.statusCode() != 200) {
      throw TransientFailure.refused(response.statusCode(), RetryAfter.of(response));
    }
    try {
      // Decoded as it is parsed: a string would be another copy.
      Reader body =
          new InputStreamReader(new ByteArrayInputStream(response.body()), StandardCharsets.UTF_8);
      return JSON.readValue(body, RelayAnswer.class).transcript(options.language());
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      LOG.warn("{} answered with something other than a transcript: {}", settings, e.toString());
      throw new Problem(ProblemCode.BACKEND_ERROR, "The relay's answer is not a transcript.");
    }
  }
}
