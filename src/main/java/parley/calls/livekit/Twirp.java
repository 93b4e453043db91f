package parley.calls.livekit;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.json.Json;
import parley.peers.WholeAnswer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Calls LiveKit's services in JSON over HTTP. https://twitchtv.github.io/twirp/docs/spec_v7.html
final class Twirp {
  /// Tens of thousands of participants in one room.
  private static final long MAX_ANSWER_BYTES = 32L * 1024 * 1024;

  private static final int MAX_QUOTED_BYTES = 300;

  private final LiveKitSettings settings;
  private final HttpClient client;

  Twirp(LiveKitSettings settings, HttpClient client) {
    this.settings = settings;
    this.client = client;
  }

  /// @param method including the service, such as `livekit.Egress/StopEgress`
  /// @throws TwirpProblem if LiveKit refuses the request
  /// @throws LiveKitUnreachable if there is no valid answer
  JsonNode ask(String method, String token, Object request, Duration answering)
      throws LiveKitUnreachable, TwirpProblem {
    HttpResponse<byte[]> answer = send(method, token, request, answering);
    if (answer.statusCode() == 200) {
      return json(answer.body(), method);
    }
    JsonNode problem = answer.body().length == 0 ? null : problem(answer.body());
    if (problem == null || !problem.path("code").isString()) {
      throw new LiveKitUnreachable(
          "%s answers %s with %d: %s"
              .formatted(settings, method, answer.statusCode(), beginning(answer.body())),
          true,
          null);
    }
    throw new TwirpProblem(
        problem.path("code").asString(""),
        problem.path("code").asString("") + ": " + problem.path("msg").asString(""));
  }

  private HttpResponse<byte[]> send(String method, String token, Object request, Duration answering)
      throws LiveKitUnreachable {
    HttpRequest call =
        HttpRequest.newBuilder(address(method))
            .timeout(answering)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(Json.write(request)))
            .build();
    try {
      return WholeAnswer.of(client, call, settings.connecting().plus(answering), MAX_ANSWER_BYTES);
    } catch (IOException e) {
      boolean heard = !(e instanceof ConnectException || e instanceof HttpConnectTimeoutException);
      throw new LiveKitUnreachable(settings + " does not answer: " + e, heard, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LiveKitUnreachable("interrupted while waiting for " + settings, true, e);
    }
  }

  /// What a log can take of a page that a proxy answers in LiveKit's place.
  private static String beginning(byte[] body) {
    return new String(body, 0, Math.min(MAX_QUOTED_BYTES, body.length), StandardCharsets.UTF_8);
  }

  private URI address(String method) {
    String base = settings.address().toString().replaceAll("/+$", "");
    return URI.create(base + "/twirp/" + method);
  }

  private static @Nullable JsonNode problem(byte[] body) {
    try {
      return Json.tree(body);
    } catch (JacksonException notTwirp) {
      return null;
    }
  }

  private JsonNode json(byte[] body, String method) throws LiveKitUnreachable {
    try {
      return Json.tree(body);
    } catch (JacksonException e) {
      throw new LiveKitUnreachable(settings + " answers " + method + " with invalid JSON", true, e);
    }
  }
}
