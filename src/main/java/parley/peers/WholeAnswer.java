package parley.peers;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxBytes));
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer within " + patience.toMillis() + " ms");
    } finally {
      // Closes the connection of an answer that nobody waits for any more.
      answer.cancel(true);
    }
  }
}
