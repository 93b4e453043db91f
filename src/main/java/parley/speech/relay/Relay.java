package parley.speech.relay;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.problem.Dialect;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcriber;
import parley.speech.transcript.Transcript;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Backend B: any server that speaks OpenAI's protocol. Recordings are streamed from their files.
/// Redirects are not followed, so that a recording goes only to the configured address.
public final class Relay implements Transcriber, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  /// A whole day's words with their times are about 20 MiB.
  private static final long LARGEST_ANSWER_BYTES = 64L * 1024 * 1024;

  /// Maximum `Retry-After` for which the same recording is retried; beyond that the call fails,
  /// because somebody is waiting and there may be another backend.
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  /// How often a call reports progress, which is how it learns that it was cancelled.
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final RelaySettings settings;
  private final CircuitBreaker breaker;
  private final HttpClient client;
  private final RelayPulse pulse;

  private Relay(RelaySettings settings, CircuitBreaker breaker, HttpClient client) {
    this.settings = settings;
    this.breaker = breaker;
    this.client = client;
    this.pulse = new RelayPulse(client, settings);
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
        settings, new CircuitBreaker(clock, settings.failures(), settings.rest()), client);
  }

  @Override
  public String model() {
    return settings.model();
  }

  @Override
  public Transcript transcribe(Path recording, SpeechOptions options, DoubleConsumer progress)
      throws IOException {
    refuseFor(breaker.admit());
    Call call = new Call(recording, options, progress);
    try {
      Transcript transcript = call.answered();
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

  /// A server that is down often recovers if it is left alone for a while.
  private Problem backLater(TransientFailure failure) {
    return failure.isAway() && failure.problem().retryAfter() == null
        ? failure.problem().retryAfter(settings.rest())
        : failure.problem();
  }

  private static void refuseFor(Duration pause) {
    if (!pause.isZero()) {
      throw new Problem(
              ProblemCode.BACKEND_UNAVAILABLE, "The relay failed repeatedly and has a rest.")
          .retryAfter(pause);
    }
  }

  /// One recording, sent until it is answered.
  private final class Call {
    private final Path recording;
    private final SpeechOptions options;
    private final DoubleConsumer progress;

    Call(Path recording, SpeechOptions options, DoubleConsumer progress) {
      this.recording = recording;
      this.options = options;
      this.progress = progress;
    }

    Transcript answered() throws IOException {
      requireThere();
      for (int attempt = 1; ; attempt++) {
        try {
          return sent();
        } catch (TransientFailure failure) {
          LOG.warn("{}, attempt {}: {}", settings, attempt, failure.problem().message());
          Duration asked =
              Objects.requireNonNullElse(failure.problem().retryAfter(), Duration.ZERO);
          if (attempt >= settings.attempts() || asked.compareTo(MAX_PAUSE) > 0) {
            throw isThereNow() ? backLater(failure) : away();
          }
          pause(attempt, asked);
        }
      }
    }

    /// Fails fast, without sending the recording, if the server does not answer at all.
    private void requireThere() throws IOException {
      try {
        if (!pulse.isThere()) {
          throw away();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the relay was looked for");
      }
    }

    private boolean isThereNow() throws InterruptedIOException {
      try {
        return pulse.isThereNow();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the relay was looked for");
      }
    }

    private Problem away() {
      return new Problem(ProblemCode.BACKEND_UNAVAILABLE, "The relay does not answer.")
          .retryAfter(settings.rest());
    }

    private Transcript sent() throws IOException, TransientFailure {
      RelayForm form = RelayForm.of(settings.model(), options, recording);
      HttpRequest.Builder request =
          HttpRequest.newBuilder(settings.transcriptions())
              .header("Content-Type", form.contentType())
              .header("Accept", "application/json")
              .POST(form.body());
      if (!settings.key().isEmpty()) {
        request.header("Authorization", "Bearer " + settings.key());
      }
      CompletableFuture<HttpResponse<byte[]>> answer =
          client.sendAsync(
              request.build(),
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER_BYTES));
      try {
        return transcript(await(answer));
      } finally {
        // Aborts the exchange if the job was cancelled or timed out.
        answer.cancel(true);
      }
    }

    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> answer)
        throws IOException, TransientFailure {
      long until = System.nanoTime() + settings.answerTimeout().toNanos();
      Beats beats = new Beats(answer);
      while (true) {
        if (beats.ceased()) {
          throw away();
        }
        long left = until - System.nanoTime();
        if (left <= 0) {
          throw beats.isMissing()
              ? away()
              : new Problem(
                  ProblemCode.BACKEND_TIMEOUT, "The relay did not answer within its time.");
        }
        try {
          HttpResponse<byte[]> response =
              answer.get(Math.min(left, LOOK_EVERY.toNanos()), TimeUnit.NANOSECONDS);
          pulse.heard();
          return response;
        } catch (TimeoutException notYet) {
          tellProgress();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while the relay worked");
        } catch (ExecutionException e) {
          throw TransientFailure.of(e.getCause());
        }
      }
    }

    /// Waits before the next attempt, at least as long as the server asked for. Jitter keeps calls
    /// that failed together from retrying together.
    private void pause(int attempt, Duration asked) throws InterruptedIOException {
      double around = ThreadLocalRandom.current().nextDouble(0.5, 1.5);
      long own = Math.round(settings.pause().toMillis() * around * (1L << (attempt - 1)));
      long until = System.nanoTime() + Duration.ofMillis(own).plus(asked).toNanos();
      try {
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
          tellProgress();
          TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_EVERY.toNanos()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted between two attempts");
      }
    }

    /// The server does not report progress, so it stays 0 until the end. It is reported
    /// nevertheless, because that is how a call learns that it was cancelled.
    private void tellProgress() {
      progress.accept(0);
    }

    private Transcript transcript(HttpResponse<byte[]> response) throws TransientFailure {
      if (response.statusCode() != 200) {
        throw TransientFailure.refused(response.statusCode(), RetryAfter.of(response));
      }
      try {
        String body = new String(response.body(), StandardCharsets.UTF_8);
        return JSON.readValue(body, RelayAnswer.class).transcript(options.language());
      } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
        LOG.warn("{} answered what is no transcript: {}", settings, e.toString());
        throw new Problem(ProblemCode.BACKEND_ERROR, "The relay answered what is no transcript.");
      }
    }
  }

  /// Monitors the server while it works on a recording. A server that never answers other requests
  /// while it works is not considered down; one that did and then stopped is.
  private final class Beats {
    private static final int MISSES = 2;

    /// A live server answers the probe within this time.
    private static final Duration SLOW = Duration.ofSeconds(1);

    private final CompletableFuture<?> work;
    private @Nullable CompletableFuture<Boolean> next;
    private long asked = System.nanoTime();
    private int missed;

    Beats(CompletableFuture<?> work) {
      this.work = work;
    }

    /// Whether the last probe went unanswered. When the call times out, this tells a hung server
    /// from a slow one.
    boolean isMissing() {
      return missed > 0 || System.nanoTime() - asked > SLOW.toNanos();
    }

    /// Whether the server has stopped answering. Call repeatedly.
    boolean ceased() {
      CompletableFuture<Boolean> now = next;
      if (now == null) {
        next = ask();
      } else if (now.isDone()) {
        missed = now.join() ? 0 : missed + 1;
        next = ask();
      }
      return pulse.beatsAtWork() && missed >= MISSES;
    }

    private CompletableFuture<Boolean> ask() {
      asked = System.nanoTime();
      return pulse.felt(work);
    }
  }
}
