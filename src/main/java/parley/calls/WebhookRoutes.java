package parley.calls;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import parley.calls.livekit.Webhook;
import parley.calls.livekit.WebhookVerifier;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Receives LiveKit's webhooks.
public final class WebhookRoutes {
  /// The largest ones describe a room and a participant, each with up to 64 KiB of metadata.
  private static final int MAX_BYTES = 256 * 1024;

  /// LiveKit sends a room's webhooks one by one, and repeats those that are refused.
  private static final int MAX_CONCURRENT = 16;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Semaphore permits = new Semaphore(MAX_CONCURRENT);
  private final Optional<Receiver> receiver;

  /// Verifies and receives webhooks.
  ///
  /// @param recordings empty if recording is disabled
  public record Receiver(
      WebhookVerifier verifier, CallReconciler calls, Optional<RecordingReconciler> recordings) {}

  /// @param receiver empty if LiveKit is not configured: then every webhook is refused
  public WebhookRoutes(Optional<Receiver> receiver) {
    this.receiver = receiver;
  }

  public List<Route> routes() {
    // Webhooks carry LiveKit's own token and none of ours.
    return List.of(Route.post("/v1/calls/webhook", Access.open(), this::receive));
  }

  private void receive(Exchange exchange) throws IOException {
    Receiver to = receiver.orElseThrow(WebhookRoutes::refused);
    // Anybody can send a webhook, so its signature is verified before a byte of its body is read.
    WebhookVerifier.Signature signature =
        to.verifier()
            .verify(exchange.header("Authorization").orElse(""))
            .orElseThrow(WebhookRoutes::refused);
    // A signature is valid for minutes, and whoever saw one can replay it.
    if (!permits.tryAcquire()) {
      throw new Problem(ProblemCode.UNAVAILABLE, "Too many concurrent webhooks.")
          .retryAfter(RETRY_AFTER);
    }
    try {
      receive(exchange, to, signature);
    } finally {
      permits.release();
    }
  }

  private static void receive(Exchange exchange, Receiver to, WebhookVerifier.Signature signature)
      throws IOException {
    Webhook webhook =
        signature.read(exchange.wholeBody(MAX_BYTES)).orElseThrow(WebhookRoutes::refused);
    if (!to.calls().receive(webhook)) {
      throw refused();
    }
    webhook
        .egress()
        .ifPresent(egress -> to.recordings().ifPresent(recordings -> recordings.receive(egress)));
    exchange.empty(200);
  }

  private static Problem refused() {
    return new Problem(
        ProblemCode.TOKEN_INVALID, "This is not a webhook from the configured LiveKit.");
  }
}
