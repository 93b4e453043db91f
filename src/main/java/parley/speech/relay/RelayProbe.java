package parley.speech.relay;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import parley.peers.Peer;
import parley.peers.WholeAnswer;

/// Probes whether a relay answers at all. A transcription may legitimately take minutes, but a live
/// server answers a request for its models within seconds, even if only to refuse it.
final class RelayProbe {
  /// Two consecutive probes fit into [Peer#MAX_WAIT].
  private static final Duration TIMEOUT = Peer.MAX_WAIT.dividedBy(2).minusMillis(300);

  /// More than any list of models.
  private static final long MAX_ANSWER_BYTES = 16L * 1024 * 1024;

  /// A server that answered this recently is not probed.
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final HttpClient client;
  private final RelaySettings settings;
  private final URI models;
  private volatile long answeredAt = System.nanoTime() - FRESH.toNanos();

  /// Whether the server has ever answered while it worked on a recording; not every server can.
  private volatile boolean answersWhileBusy;

  RelayProbe(HttpClient client, RelaySettings settings) {
    this.client = client;
    this.settings = settings;
    this.models = settings.transcriptions().resolve("../models");
  }

  /// Notes that the server has just answered.
  void answered() {
    answeredAt = System.nanoTime();
  }

  boolean answersWhileBusy() {
    return answersWhileBusy;
  }

  /// Whether the server answered recently or answers now. A recent answer is enough only if the
  /// server can be monitored while it works.
  boolean isAvailable() throws InterruptedException {
    return (answersWhileBusy && System.nanoTime() - answeredAt < FRESH.toNanos()) || answersNow();
  }

  /// Whether the server answers now.
  boolean answersNow() throws InterruptedException {
    try {
      return ask().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Probes while the server works; completes with whether it answered.
  CompletableFuture<Boolean> answersDuring(CompletableFuture<?> work) {
    return ask()
        .thenApply(answered -> {
          // A server that processes one request at a time answers only after the work.
          if (answered && !work.isDone()) {
            answersWhileBusy = true;
          }
          return answered;
        });
  }

  /// Completes with whether the server answered in time.
  private CompletableFuture<Boolean> ask() {
    HttpRequest request = settings.request(models).timeout(TIMEOUT).build();
    return WholeAnswer.ask(client, request, BodyHandlers.discarding(), TIMEOUT, MAX_ANSWER_BYTES)
        .handle((answer, failure) -> {
          if (failure == null) {
            answered();
          }
          return failure == null;
        });
  }
}
