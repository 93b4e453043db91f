package parley.events;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.Caller;
import parley.json.Json;
import parley.problem.Problem;
import parley.tenants.TenantId;
import parley.web.CloseCode;
import parley.web.WebSocket;
import parley.web.WebSocketListener;

/// A WebSocket with a user's events: a hello frame, then each event once and in order. Ignores what
/// the client sends.
///
/// First replays the events after `since` from the database. Then attaches to the feed, and buffers
/// its events until those in between are replayed, too.
final class EventSocket implements WebSocketListener, Subscriber {
  private static final Logger LOG = LoggerFactory.getLogger(EventSocket.class);
  private static final int REPLAY_BATCH = 200;

  /// Clients with more events than this during their replay are too slow.
  private static final int MAX_BUFFERED = 2000;

  /// Messages may be long. A tenant's subscribers share the frame of each event.
  private static final int MAX_BUFFERED_CHARS = 1024 * 1024;

  private final EventReader reader;
  private final EventFeed feed;
  private final Caller caller;
  private final Hello hello;

  /// What the feed delivers during the replay; null afterwards.
  private @Nullable Deque<LiveEvent> buffered = new ArrayDeque<>();

  private int bufferedChars;

  /// The position of the last event sent or skipped. Guarded by the monitor once attached.
  private long position;

  private boolean attached;
  private boolean over;
  private volatile @Nullable WebSocket socket;

  /// The first frame.
  private record Hello(
      String type,
      UUID sessionId,
      String serverName,
      TenantId tenantId,
      Instant ts,
      long streamPosition) {}

  /// @param since the position before the first event
  EventSocket(
      EventReader reader,
      EventFeed feed,
      Caller caller,
      long since,
      String serverName,
      Instant now) {
    this.reader = reader;
    this.feed = feed;
    this.caller = caller;
    this.position = since;
    this.hello = new Hello("hello", UUID.randomUUID(), serverName, caller.tenant(), now, since);
  }

  @Override
  public void opened(WebSocket opened) {
    socket = opened;
    Thread.ofVirtual().name("events-replay").start(() -> begin(opened));
  }

  private void begin(WebSocket opened) {
    try {
      opened.send(Json.write(hello));
      if (replay(opened, Long.MAX_VALUE)) {
        long live = feed.attach(this);
        if (confirmAttached() && replay(opened, live)) {
          goLive(opened);
        }
      }
    } catch (Problem gone) {
      opened.close(CloseCode.POLICY_VIOLATION, gone.message());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException fault) {
      LOG.error("cannot replay the events after {}", position, fault);
      opened.close(CloseCode.INTERNAL_ERROR, "The server failed; connect again.");
    }
  }

  /// Confirms the attachment, or undoes it and returns false if the connection has ended in the
  /// meantime.
  private boolean confirmAttached() {
    synchronized (this) {
      attached = !over;
    }
    if (!attached) {
      feed.detach(this);
    }
    return attached;
  }

  /// Sends the events in the database up to and including `upTo`; returns false if the connection
  /// has ended.
  private boolean replay(WebSocket to, long upTo) throws InterruptedException {
    boolean more = true;
    while (more && position < upTo) {
      EventPage page = reader.page(caller.tenant(), caller.user(), position, upTo, REPLAY_BATCH);
      for (Event event : page.events()) {
        if (!to.sendBlocking(EventView.frame(event))) {
          return false;
        }
      }
      position = page.next();
      more = page.more();
    }
    return true;
  }

  /// Sends the buffered events. Once none is left, the feed's events are sent directly.
  private void goLive(WebSocket to) throws InterruptedException {
    while (true) {
      Deque<LiveEvent> next;
      synchronized (this) {
        next = buffered;
        if (next == null || next.isEmpty()) {
          buffered = null;
          return;
        }
        buffered = new ArrayDeque<>();
        bufferedChars = 0;
      }
      for (LiveEvent event : next) {
        if (event.position() > position && !to.sendBlocking(event.frame())) {
          return;
        }
      }
    }
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public void receive(LiveEvent event) {
    WebSocket to = socket;
    if (to == null) {
      return;
    }
    synchronized (this) {
      if (buffered == null) {
        if (event.position() > position) {
          to.send(event.frame());
        }
      } else if (buffered.size() < MAX_BUFFERED && bufferedChars < MAX_BUFFERED_CHARS) {
        buffered.add(event);
        bufferedChars += event.frame().length();
      } else {
        to.close(
            CloseCode.TRY_AGAIN_LATER, "The client is too far behind; reconnect with 'since'.");
      }
    }
  }

  @Override
  public void text(String message) {
    // Ignored.
  }

  @Override
  public void binary(ByteBuffer piece, boolean last) {
    // Ignored.
  }

  @Override
  public void closed(int code) {
    boolean detach;
    synchronized (this) {
      over = true;
      detach = attached;
      attached = false;
    }
    if (detach) {
      feed.detach(this);
    }
  }
}
