package parley.calls;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import parley.calls.livekit.Webhook;
import parley.calls.livekit.WebhookSeal;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;

/// Where LiveKit tells what happens in its rooms.
public final class WebhookRoutes {
  /// LiveKit's largest describe a room and one participant.
  private static final int MOST_BYTES = 1024 * 1024;

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
    byte[] body = exchange.body().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      throw new Problem(ProblemCode.BODY_TOO_LARGE, "A webhook is never so large.");
    }
    Receiver to = receiver.orElseThrow(WebhookRoutes::refused);
    Webhook webhook =
        to.seal()
            .open(exchange.header("Authorization").orElse(""), body)
            .orElseThrow(WebhookRoutes::refused);
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
