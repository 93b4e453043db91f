package parley.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Signs and sends the webhooks by which LiveKit reports recordings.
final class EgressWebhooks {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.shared();

  private volatile @Nullable URI address;

  /// A webhook as LiveKit's protobuf mapping writes it.
  private record Webhook(String event, Object egressInfo, String id, String createdAt) {}

  /// Sets where webhooks go; none are sent before.
  void to(URI address) {
    this.address = address;
  }

  /// Reports an event of a recording, and returns when it was taken or refused.
  void tell(String event, EgressSession session) {
    URI to = address;
    if (to == null) {
      return;
    }
    String body =
        JSON.writeValueAsString(
            new Webhook(
                event,
                session.info(true),
                "EV_" + UUID.randomUUID(),
                String.valueOf(Instant.now().getEpochSecond())));
    try {
      CLIENT.send(
          HttpRequest.newBuilder(to)
              .header("Content-Type", "application/webhook+json")
              .header("Authorization", EgressTokens.seal(body))
              .POST(BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.discarding());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the webhook was not taken", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
