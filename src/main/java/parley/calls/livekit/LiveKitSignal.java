package parley.calls.livekit;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A signalling connection to a room, which sends and receives no media.
/// https://docs.livekit.io/reference/internals/client-protocol/
final class LiveKitSignal implements AutoCloseable, WebSocket.Listener {
  private final LiveKitSettings settings;
  private final CompletableFuture<Void> answered = new CompletableFuture<>();
  private @Nullable WebSocket socket;

  private LiveKitSignal(LiveKitSettings settings) {
    this.settings = settings;
  }

  /// Connects; the caller closes it.
  static LiveKitSignal connect(HttpClient client, LiveKitSettings settings, String token)
      throws LiveKitUnreachable {
    LiveKitSignal signal = new LiveKitSignal(settings);
    String base = settings.address().toString().replaceAll("/+$", "").replaceFirst("^http", "ws");
    signal.socket =
        signal.await(
            client
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create(base + "/rtc?protocol=15&auto_subscribe=0"), signal));
    return signal;
  }

  /// Waits until LiveKit has let it join the room.
  void awaitAnswer() throws LiveKitUnreachable {
    await(answered);
  }

  private <T> T await(CompletableFuture<T> what) throws LiveKitUnreachable {
    Duration patience = settings.connecting().plus(settings.answering());
    try {
      return what.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      what.cancel(true);
      throw new LiveKitUnreachable(settings + " refused a connection to a room: " + e, true, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LiveKitUnreachable("interrupted while waiting for " + settings, true, e);
    }
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    answered.complete(null);
    from.request(1);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    answered.completeExceptionally(error);
  }

  @Override
  public void close() {
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
  }
}
