package parley.peers;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks another server over HTTP, within bounds for the whole answer. The timeout of Java's own
/// client ends with the head: the rest may stall, trickle or never end.
public final class WholeAnswer {
  private WholeAnswer() {}

  /// Sends a request and waits for all of its answer.
  ///
  /// @param patience from the connection to the answer's last byte
  /// @param maxBytes of the answer's body
  /// @throws HttpTimeoutException if it takes longer
  /// @throws IOException if there is no answer, or one that is too long
  public static HttpResponse<byte[]> of(
      HttpClient client, HttpRequest request, Duration patience, long maxBytes)
      throws IOException, InterruptedException {
    try {
      return ask(client, request, BodyHandlers.ofByteArray(), patience, maxBytes).get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failed -> throw failed;
        case TimeoutException _ ->
            throw new HttpTimeoutException("no whole answer within " + patience.toMillis() + " ms");
        case null, default -> throw new IOException(e.getCause());
      }
    }
  }

  /// Sends a request; completes with all of its answer, or with what [#of] throws, or a
  /// TimeoutException, as the cause.
  ///
  /// @param body what becomes of the answer's body
  /// @param patience and `maxBytes` as for [#of]
  public static <T> CompletableFuture<HttpResponse<T>> ask(
      HttpClient client,
      HttpRequest request,
      BodyHandler<T> body,
      Duration patience,
      long maxBytes) {
    CompletableFuture<HttpResponse<T>> answer =
        client.sendAsync(request, BodyHandlers.limiting(body, maxBytes));
    return answer
        .copy()
        .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
        // Closes the connection of an answer that nobody waits for any more.
        .whenComplete((whole, failure) -> answer.cancel(true));
  }
}
