package parley.speech.relay;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import parley.peers.Peer;

/// Tells whether a relay answers at all. A transcript may rightly take minutes; that a server lives
/// shows in seconds by its list of models, or by its refusal to show one.
final class RelayPulse {
  /// Two of these in a row fit into [Peer#MAX_WAIT].
  private static final Duration WITHIN = Peer.MAX_WAIT.dividedBy(2).minusMillis(300);

  /// A server that answered so recently need not be asked.
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final HttpClient client;
  private final RelaySettings settings;
  private final URI models;
  private volatile long heard = System.nanoTime() - FRESH.toNanos();

  /// Whether it was ever seen to answer while it worked on a recording: not every server can.
  private volatile boolean beatsAtWork;

  RelayPulse(HttpClient client, RelaySettings settings) {
    this.client = client;
    this.settings = settings;
    this.models = settings.transcriptions().resolve("../models");
  }

  /// It has just answered something.
  void heard() {
    heard = System.nanoTime();
  }

  boolean beatsAtWork() {
    return beatsAtWork;
  }

  /// Whether it has answered lately, or does now. That it did lately is enough where it will be
  /// noticed that it ceases to.
  boolean isThere() throws InterruptedException {
    return (beatsAtWork && System.nanoTime() - heard < FRESH.toNanos()) || isThereNow();
  }

  /// Whether it answers now.
  boolean isThereNow() throws InterruptedException {
    try {
      HttpResponse<Void> answer = client.send(request(), BodyHandlers.discarding());
      heard();
      return answer.statusCode() > 0;
    } catch (IOException away) {
      return false;
    }
  }

  /// Whether it answers while it works on something else, as soon as that is known.
  CompletableFuture<Boolean> felt(CompletableFuture<?> work) {
    return client
        .sendAsync(request(), BodyHandlers.discarding())
        .orTimeout(WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .handle((answer, failure) -> {
          // One that does one thing after the other answers this behind the work.
          if (failure == null && !work.isDone()) {
            beatsAtWork = true;
          }
          return failure == null;
        });
  }

  private HttpRequest request() {
    HttpRequest.Builder request = HttpRequest.newBuilder(models).timeout(WITHIN).GET();
    if (!settings.key().isEmpty()) {
      request.header("Authorization", "Bearer " + settings.key());
    }
    return request.build();
  }
}
