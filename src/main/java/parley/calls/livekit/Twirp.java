package parley.calls.livekit;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import parley.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Calls LiveKit's services in JSON over HTTP. https://twitchtv.github.io/twirp/docs/spec_v7.html
final class Twirp {
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
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    JsonNode problem = answer.body().length == 0 ? null : problem(answer.body());
    if (problem == null || !problem.path("code").isString()) {
      throw new LiveKitUnreachable(
          settings + " answers " + method + " with " + answer.statusCode() + ": " + body,
          true,
          null);
    }
    throw new TwirpProblem(
        problem.path("code").asString(""),
        problem.path("code").asString("") + ": " + problem.path("msg").asString(""));
  }

  private HttpResponse<byte[]> send(String method, String token, Object request, Duration answering)
      throws LiveKitUnreachable {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            HttpRequest.newBuilder(address(method))
                .timeout(answering)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.write(request)))
                .build(),
            BodyHandlers.ofByteArray());
    try {
      // The request's own timeout ends with the response headers; the body may stall as well.
      return answer.get(settings.connecting().plus(answering).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable why = e.getCause();
      boolean heard =
          !(why instanceof ConnectException || why instanceof HttpConnectTimeoutException);
      throw new LiveKitUnreachable(settings + " does not answer: " + why, heard, e);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new LiveKitUnreachable(settings + " did not complete its answer", true, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LiveKitUnreachable("interrupted while waiting for " + settings, true, e);
    }
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
