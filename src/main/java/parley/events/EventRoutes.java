package parley.events;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.problem.Problem;
import parley.text.Parsed;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;
import parley.web.WebSocketListener;

/// The events API: polling, long polling and a WebSocket.
public final class EventRoutes {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;
  private static final int MAX_WAIT_SECONDS = 60;

  private final EventReader reader;
  private final EventFeed feed;
  private final String serverName;
  private final Clock clock;

  /// @param serverName sent to WebSocket clients
  public EventRoutes(EventReader reader, EventFeed feed, String serverName, Clock clock) {
    this.reader = reader;
    this.feed = feed;
    this.serverName = serverName;
    this.clock = clock;
  }

  public List<Route> routes() {
    Access access = Access.needs(Permission.ROOMS);
    return List.of(
        Route.get("/v1/sync", access, this::sync),
        Route.webSocket("/v1/stream", access, this::stream));
  }

  /// Without `since`, the stream starts with the next event.
  private WebSocketListener stream(Exchange handshake) {
    Caller caller = handshake.caller();
    Optional<Long> since = since(handshake);
    since.ifPresent(position -> reader.check(caller.tenant(), position));
    return new EventSocket(
        reader,
        feed,
        caller,
        since.orElseGet(() -> reader.newest(caller.tenant(), caller.user())),
        serverName,
        clock.instant());
  }

  private void sync(Exchange exchange) throws IOException {
    Caller caller = exchange.caller();
    int limit = exchange.query("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    int seconds = exchange.query("timeout", 0, 0, MAX_WAIT_SECONDS);
    Optional<Long> since = since(exchange);
    EventPage page;
    try {
      page =
          new LongPoll(reader, feed, caller, exchange::requireRights)
              .await(since, limit, Duration.ofSeconds(seconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server is stopping");
    }
    exchange
        .setHeader("Cache-Control", "no-store")
        .data(
            200,
            new SyncView(
                page.events().stream().map(EventView::of).toList(), page.next(), page.more()));
  }

  private record SyncView(List<EventView> events, long nextCursor, boolean hasMore) {}

  private static Optional<Long> since(Exchange exchange) {
    return exchange
        .query("since")
        .map(text ->
            Parsed.of(text, Long::valueOf)
                .filter(since -> since >= 0)
                .orElseThrow(
                    () -> Problem.badRequest("since", "must be the position of an event")));
  }
}
