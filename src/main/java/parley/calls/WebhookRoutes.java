package parley.calls;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import parley.calls.livekit.Webhook;
import parley.calls.livekit.WebhookSeal;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Where LiveKit tells what happens in its rooms.
public final class WebhookRoutes {
  /// LiveKit's largest describe a room and one participant, whose metadata may have 64 KiB each.
  private static final int MAX_BYTES = 256 * 1024;

  /// LiveKit sends those of a room one after the other, and again what is refused.
  private static final int MAX_AT_ONCE = 16;

  private static final Duration OFTEN_FREE_IN = Duration.ofSeconds(1);

  private final Semaphore places = new Semaphore(MAX_AT_ONCE);
  private final Optional<Receiver> receiver;

  /// Who checks webhooks, and who hears them.
  ///
  /// @param recordings empty where nothing is recorded
  public record Receiver(WebhookSeal seal, CallWatch watch, Optional<RecordingWatch> recordings) {}

  /// @param receiver empty where no LiveKit is configured: then every webhook is refused
  public WebhookRoutes(Optional<Receiver> receiver) {
    this.receiver = receiver;
  }

  public List<Route> routes() {
    // It brings no token of ours: LiveKit's own is checked here.
    return List.of(Route.post("/v1/calls/webhook", Access.open(), this::receive));
  }

  private void receive(Exchange exchange) throws IOException {
    Receiver to = receiver.orElseThrow(WebhookRoutes::refused);
    // Who sealed it is known before a byte of it is read; anybody can send one.
    WebhookSeal.Sealed sealed =
        to.seal()
            .check(exchange.header("Authorization").orElse(""))
            .orElseThrow(WebhookRoutes::refused);
    // A seal holds for minutes, and whoever saw one can send it again and again.
    if (!places.tryAcquire()) {
      throw new Problem(ProblemCode.UNAVAILABLE, "Too many webhooks come at once.")
          .retryAfter(OFTEN_FREE_IN);
    }
    try {
      receive(exchange, to, sealed);
    } finally {
      places.release();
    }
  }

  private static void receive(Exchange exchange, Receiver to, WebhookSeal.Sealed sealed)
      throws IOException {
    Webhook webhook =
        sealed.open(exchange.wholeBody(MAX_BYTES)).orElseThrow(WebhookRoutes::refused);
    if (!to.watch().hear(webhook)) {
      throw refused();
    }
    webhook
        .egress()
        .ifPresent(egress -> to.recordings().ifPresent(recordings -> recordings.hear(egress)));
    exchange.empty(200);
  }

  private static Problem refused() {
    return new Problem(ProblemCode.TOKEN_INVALID, "This is no webhook of the LiveKit configured.");
  }
}
