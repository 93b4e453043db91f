package parley.events;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.web.Access;
import parley.web.Exchange;
import parley.web.Route;
import parley.web.WebSocketListener;

/// Hearing what happens: by asking, by waiting, or over a WebSocket.
public final class EventRoutes {
  private static final int USUAL_LIMIT = 100;
  private static final int LARGEST_LIMIT = 1000;
  private static final int LONGEST_WAIT_SECONDS = 60;

  private final EventReader reader;
  private final EventFeed feed;
  private final String serverName;
  private final Clock clock;

  /// @param serverName how the server calls itself to those who connect
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

  /// Without `since` it begins with what happens from now on.
  private WebSocketListener stream(Exchange handshake) {
    Caller caller = handshake.caller();
    Optional<Long> since = since(handshake);
    since.ifPresent(position -> reader.check(caller.tenant(), position));
    return new EventSocket(
        reader,
        feed,
        caller,
        since.orElseGet(() -> reader.newest(caller.tenant(), caller.user())),
        new EventSocket.Hello(serverName, clock.instant()));
  }

  private void sync(Exchange exchange) throws IOException {
    Caller caller = exchange.caller();
    int limit = exchange.query("limit", USUAL_LIMIT, 1, LARGEST_LIMIT);
    int seconds = exchange.query("timeout", 0, 0, LONGEST_WAIT_SECONDS);
    long since = since(exchange).orElseGet(() -> reader.oldest(caller.tenant()));
    EventPage page;
    try {
      page = new LongPoll(reader, feed, caller).await(since, limit, Duration.ofSeconds(seconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server stops");
    }
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("events", page.events().stream().map(EventView::entry).toList());
    view.put("next_cursor", page.next());
    view.put("has_more", page.more());
    exchange.setHeader("Cache-Control", "no-store").data(200, view);
  }

  private static Optional<Long> since(Exchange exchange) {
    return exchange
        .query("since")
        .map(text -> {
          try {
            long since = Long.parseLong(text);
            if (since >= 0) {
              return since;
            }
          } catch (NumberFormatException notANumber) {
            // Falls through to the one refusal.
          }
          throw new Problem(ProblemCode.BAD_REQUEST, "'since' is the position of an event.")
              .at("since");
        });
  }
}
